package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts on workers: in JEXL, and in a language that only the tests have ({@code code.RpnEvaluator}). */
interface LanguagesTest extends PoolCase {
    @Test
    default void script_assignsAndDefines_laterScriptsFindIt() {
        assertThat(value(pool().evalq("base = 10; area = (a, b) -> a * b; base")))
                .containsExactly(10, 10);
        assertThat(value(pool().lapply(List.of(2, 3), Script.<Integer, Object>fn("i -> area(i, base)"))))
                .isEqualTo(List.of(20, 30));
        assertThat(value(pool().evalq("base = base + 1"))).containsExactly(11, 11);
    }

    @Test
    default void script_fails_namesLineAndColumn() {
        assertThat(failure(JobFailedException.class, pool().lapply(List.of(0), Script.fn("i -> {\n  1 % i\n}"))))
                .hasMessageContaining("script failed, got java.lang.ArithmeticException: %")
                .hasMessageContaining("(line 2, column ");
    }

    @Test
    default void script_loopsForEver_endsWithItsJob() {
        List<Long> pids = value(pool().call(() -> ProcessHandle.current().pid()));
        for (String text : List.of("i -> { while (true) {} }", "#!rpn loop")) {
            Job<List<Object>> job =
                    pool().with(JobOptions.timeout(Duration.ofSeconds(1))).lapply(List.of(1), Script.fn(text));

            failure(TaskTimeoutException.class, job);

            assertThat(pool().status().abandonedThreads()).isZero();
        }
        assertThat(value(pool().call(() -> ProcessHandle.current().pid()))).isEqualTo(pids);
    }

    @Test
    default void evalq_loopsForEver_isStoppedByItsTimeoutAndTakenBack() {
        pool().export("x", 1);
        int restarts = restarts();
        int abandoned = pool().status().abandonedThreads(); // of a case before
        for (String text : List.of("x = 2; while (true) {}", "#!rpn 2 =x loop")) {
            Job<List<Object>> job =
                    pool().with(JobOptions.timeout(Duration.ofMillis(300))).evalq(text);

            assertThat(failure(TaskTimeoutException.class, job))
                    .hasMessage(
                            "evalq took longer than its timeout (PT0.3S): 0 of 2 workers done; it is stopped, unless"
                                    + " a later evalq waits");
            assertThat(value(pool().evalq("x"))).containsExactly(1, 1);
        }
        assertThat(restarts()).isEqualTo(restarts);
        assertThat(pool().status().abandonedThreads()).isLessThanOrEqualTo(abandoned);
    }

    @Test
    default void script_reachesOut_isDenied() {
        pool().export("text", "a");
        for (String text : List.of(
                "text.getClass()",
                "text.class.classLoader",
                "new('java.io.File', 'x')",
                "new ProcessBuilder('true')",
                "java.lang.System.getProperty('user.home')",
                "''.class.forName('java.lang.Runtime')")) {
            assertThrows(
                    RuntimeException.class, () -> value(pool().evalq(text)), () -> text + " must not reach anything");
        }
    }

    @Test
    default void script_ofAnotherLanguage_runsOnTheWorkers() {
        pool().export("x", 4);

        assertThat(value(pool().evalq("#!rpn x 2 * =y"))).containsExactly(8, 8);
        assertThat(value(pool().evalq("y + 1"))).containsExactly(9, 9);
        assertThat(value(pool().lapply(List.of(1, 2), Script.<Integer, Object>fn("#!rpn $1 y +"))))
                .isEqualTo(List.of(9, 10));
        assertThat(value(pool().map(List.of(1, 2), List.of(5), Script.<Integer, Integer, Object>fn2("#!rpn\n$1 $2 *"))))
                .isEqualTo(List.of(5, 10));
        assertThat(failure(BroadcastFailedException.class, pool().evalq("#!rpn nowhere")))
                .hasMessageContaining("variable 'nowhere' is not set on this worker")
                .hasMessageContaining("(line 1, column 7)");
    }

    @Test
    default void script_ofAnotherLanguage_isCheckedBeforeItIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().evalq("#!rpn 1 ?"))
                .withMessage("script must parse, got '?' (line 1, column 9): 1 ?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.fn("#!cobol i"))
                .withMessage(
                        "script must be in one of [jexl, rpn], got cobol; an Evaluator of it must be a service on the"
                                + " driver's class path, and on the workers' where clusterpool.code-shipping is off (line 1, column 1): #!cobol i");
        assertThat(value(pool().lapply(List.of(3), Script.<Integer, Object>fn("#!jexl i -> i * 2"))))
                .isEqualTo(List.of(6));
    }
}
