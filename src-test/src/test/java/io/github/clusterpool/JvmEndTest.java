package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JvmEndTest {
    private static String words(int exitCode, String... lines) {
        return new JvmEnd(exitCode, true, false, List.of(lines)).inWords();
    }

    @Test
    void inWords_outOfMemory_saysSoOrPerhaps() {
        assertThat(words(3, "a", "Terminating due to java.lang.OutOfMemoryError: Java heap space"))
                .isEqualTo("ran out of memory (exit 3); give it more with clusterpool.processes.jvm-options");
        assertThat(words(3))
                .isEqualTo(
                        "ended, perhaps out of memory (exit 3); give it more with clusterpool.processes.jvm-options");
    }

    @Test
    void inWords_signals_areNamed() {
        assertThat(words(137)).isEqualTo("was killed by signal 9 (exit 137), perhaps out of memory");
        assertThat(words(143)).isEqualTo("was killed by signal 15 (exit 143)");
        assertThat(words(139)).isEqualTo("crashed with signal 11 (exit 139)");
    }

    @Test
    void inWords_crash_namesTheReport() {
        assertThat(words(
                        1,
                        "# A fatal error has been detected by the Java Runtime Environment:",
                        "# /var/log/hs_err_pid8.log"))
                .isEqualTo("crashed (exit 1); its report is /var/log/hs_err_pid8.log");
        assertThat(words(134, "# A fatal error", "# /work dir/hs_err_pid812.log", "#"))
                .isEqualTo("crashed with signal 6 (exit 134); its report is /work dir/hs_err_pid812.log");
    }

    @Test
    void inWords_exitOfUserCode_saysWhere() {
        JvmEnd end = new JvmEnd(3, true, false, List.of("a", "b" + ExitWitness.MARK + "demo.Main.run(Main.java:12)"));

        assertThat(end.inWords()).isEqualTo("ended by System.exit(3), called in demo.Main.run(Main.java:12)");
        assertThat(end.lastWords()).containsExactly("a");
    }

    @Test
    void inWords_otherEnds_sayWhatIsKnown() {
        assertThat(words(9)).isEqualTo("was halted (exit 9), by Runtime.halt or native code");
        assertThat(new JvmEnd(0, true, true, List.of()).inWords()).isEqualTo("ended as it was told (exit 0)");
        assertThat(new JvmEnd(1, false, false, List.of()).inWords())
                .isEqualTo("ended by itself (exit 1) before it was ready");
    }
}
