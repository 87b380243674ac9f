package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpareJvmsTest {
    private final List<Process> started = new ArrayList<>();
    private final SpareJvms spares = new SpareJvms(2);

    @AfterEach
    void end() {
        spares.close();
        assertThat(started).noneMatch(Process::isAlive);
    }

    private void fill() {
        spares.fill(() -> {
            Process process = new ProcessBuilder("sleep", "600").start();
            started.add(process);
            return process;
        });
    }

    @Test
    void fill_noWorkersAreWanted_startsNone() {
        fill();
        assertThat(started).isEmpty();

        spares.want(true);
        fill();
        fill();
        assertThat(started).hasSize(2).allMatch(Process::isAlive);

        spares.close();
        fill();
        assertThat(started).hasSize(2);
    }

    @Test
    void trim_poolIsDeleted_endsThoseThatWait() {
        spares.want(true);
        fill();

        spares.want(false);
        spares.trim();

        assertThat(started).hasSize(2).noneMatch(Process::isAlive);
        assertThat(spares.take()).isEmpty();
    }

    @Test
    void trim_poolIsMadeAnewMeanwhile_keepsThoseThatWait() {
        spares.want(true);
        fill();

        spares.want(false);
        spares.want(true);
        spares.trim();

        assertThat(started).hasSize(2).allMatch(Process::isAlive);
        assertThat(spares.take()).contains(started.get(0));
        started.get(0).destroyForcibly().onExit().join();
    }
}
