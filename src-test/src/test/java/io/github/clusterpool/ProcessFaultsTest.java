package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Worker JVMs that die at the worst moment, and what their pool makes of it. */
@Tag("slow")
@Timeout(900)
class ProcessFaultsTest extends LivePool {
    ProcessFaultsTest() {
        super("processes");
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private List<Long> pids() {
        return value(pool().call(() -> ProcessHandle.current().pid()));
    }

    @Test
    void lapply_workerIsKilledInBetween_givesTheSameResult() throws IOException {
        List<Integer> xs = IntStream.range(0, 200).boxed().toList();
        Ledger victim = Ledger.in(folder);
        Gate dead = Gate.in(folder);
        Exported<Integer> x = pool().export("x", 1000);
        Job<List<List<Integer>>> job = pool().lapply(xs, i -> {
            if (i == 70 && TaskContext.current().attempt() == 1) {
                victim.add(ProcessHandle.current().pid());
                dead.pass();
            }
            return List.of(i * 2 + x.get(), TaskContext.current().attempt());
        });
        Patience.await().until(() -> !victim.lines().isEmpty());

        kill(Long.parseLong(victim.lines().get(0)));
        List<List<Integer>> results = value(job);

        assertThat(results)
                .extracting(result -> result.get(0))
                .isEqualTo(xs.stream().map(i -> i * 2 + 1000).toList());
        assertThat(results.get(70).get(1)).isEqualTo(2);
    }

    @Test
    void nestedJob_itsWorkerIsKilledWhileTheTaskWaits_givesTheSameResult() throws IOException {
        Ledger victim = Ledger.in(folder);
        Gate begun = Gate.in(folder);
        Gate dead = Gate.in(folder);
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
            TaskContext task = TaskContext.current();
            if (task.attempt() == 1) {
                victim.add(ProcessHandle.current().pid());
            }
            List<Integer> products = task.pool()
                    .lapply(List.of(1, 2, 3), j -> {
                        begun.open();
                        dead.pass();
                        return i * j;
                    })
                    .join();
            return products.stream().mapToInt(Integer::intValue).sum() * 10 + task.attempt();
        });
        begun.expectOpen();

        kill(Long.parseLong(victim.lines().get(0)));
        dead.open();

        assertThat(value(job)).containsExactly(62);
    }

    @Test
    void task_endsItsJvmEveryTime_isPoisonAndTheOthersFinish() {
        Job<List<Integer>> job = pool().lapply(IntStream.range(0, 30).boxed().toList(), i -> {
            if (i == 7) {
                System.exit(0);
            } else if (i == 23) {
                Runtime.getRuntime().halt(9);
            }
            return i;
        });

        JobFailedException error = failure(JobFailedException.class, job);

        // three of the four attempts if one waited behind the other's element, with whose worker it was lost
        assertThat(error.outcomes().get(7).error())
                .isInstanceOf(PoisonTaskException.class)
                .message()
                .matches(
                        "element 7 of 30 \\(7\\) ended [34] workers one after another: the first( \\(pid \\d+\\) ended by"
                                + " System.exit\\(0\\), called in io.github.clusterpool.ProcessFaultsTest.lambda\\S+"
                                + "\\(ProcessFaultsTest.java:\\d+\\),? ?(the next)?){3,4}; it is not tried again(\\R.*)*");
        assertThat(error.outcomes().get(23).error())
                .isInstanceOf(PoisonTaskException.class)
                .message()
                .matches(
                        "element 23 of 30 \\(23\\) ended [34] workers one after another: the first( \\(pid \\d+\\) was"
                                + " halted \\(exit 9\\), by Runtime.halt or native code,? ?(the next)?){3,4}; it is not tried again(\\R.*)*");
        assertThat(error.outcomes()).filteredOn(Result::isSuccess).hasSize(28);
        assertServes();
    }

    @Test
    void state_afterAWorkerWasKilled_isReplayedBeforeItsFirstTask() {
        Exported<String> x = pool().export("x", "first");
        for (int i = 0; i < 5; i++) {
            pool().evalq("n = (n ?? 0) + 1");
        }
        pool().export("x", "last");
        List<Long> before = pids();

        kill(before.get(0));
        List<String> seen = value(pool().call(() -> x.get() + Env.<Integer>get("n")));

        assertThat(seen).containsExactly("last5", "last5");
        assertThat(pids()).doesNotContain(before.get(0)).contains(before.get(1));
        assertThat(pool().status().workers().get(0).restarts()).isPositive();
        assertThat(pool().status().workers().get(0).lastDeath())
                .isEqualTo("(pid " + before.get(0) + ") was killed by signal 9 (exit 137), perhaps out of memory");
    }

    @Test
    void lapply_allWorkersAreKilledOneByOne_stillEndsAndSeesTheState() throws IOException {
        Exported<Integer> x = pool().export("x", 100);
        pool().evalq("y = x + 900");
        Ledger started = Ledger.in(folder);
        Gate end = Gate.in(folder);
        List<Integer> xs = IntStream.range(0, 10).boxed().toList();
        Job<List<Integer>> job = pool().with(JobOptions.chunkSize(1)).lapply(xs, i -> {
            started.add(ProcessHandle.current().pid());
            if (i > 1) {
                end.pass();
            }
            return i + x.get() + Env.<Integer>get("y");
        });
        for (int killed = 0; killed < SIZE; killed++) {
            kill(anotherPid(started, killed));
        }

        end.open();

        assertThat(value(job)).isEqualTo(xs.stream().map(i -> i + 1_100).toList());
    }

    /** Waits for another JVM than those that were killed. */
    private static long anotherPid(Ledger started, int killed) {
        List<Long> seen = new ArrayList<>();
        Patience.await().until(() -> {
            seen.clear();
            started.lines().stream().distinct().map(Long::parseLong).forEach(seen::add);
            return seen.size() > killed;
        });
        return seen.get(killed);
    }

    @Test
    void lapply_withoutRetries_lostElementsFailAndNoneRunsTwice() throws IOException {
        Ledger ran = Ledger.in(folder);
        Ledger victim = Ledger.in(folder);
        Gate dead = Gate.in(folder);
        List<Integer> xs = IntStream.range(0, 40).boxed().toList();
        Job<List<Integer>> job = pool().with(JobOptions.retries(0).chunkSize(4)).lapply(xs, i -> {
            ran.add(i);
            if (i == 9) {
                victim.add(ProcessHandle.current().pid());
                dead.pass();
            }
            return i;
        });
        Patience.await().until(() -> !victim.lines().isEmpty());
        long pid = Long.parseLong(victim.lines().get(0));

        kill(pid);
        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.outcomes().get(9).error())
                .isInstanceOf(WorkerLostException.class)
                .message()
                .matches(
                        "element 9 of 40 \\(9\\) was lost with worker [12], which \\(pid " + pid + "\\) was killed by"
                                + " signal 9 \\(exit 137\\), perhaps out of memory; it may have run \\(attempt 1 of 1\\)(\\R.*)*");
        assertThat(error.outcomes()).filteredOn(Result::isSuccess).hasSizeBetween(36, 39);
        assertThat(ran.lines()).doesNotHaveDuplicates().contains("9");
        assertServes();
    }

    @Test
    void workerDies_programItStartedHoldsItsOutput_isSeenAllTheSame() throws IOException {
        Ledger child = Ledger.in(folder);
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
            if (TaskContext.current().attempt() == 1) {
                child.add(
                        new ProcessBuilder("sleep", "1000").inheritIO().start().pid());
                Runtime.getRuntime().halt(1);
            }
            return i;
        });

        assertThat(value(job)).containsExactly(1);
        kill(Long.parseLong(child.lines().get(0)));
    }

    @Test
    void commandLineAndEnvironment_ofAWorker_tellNothing() throws IOException {
        long pid = pids().get(0);

        List<String> arguments = zeroTerminated(Path.of("/proc/" + pid + "/cmdline"));
        List<String> variables = zeroTerminated(Path.of("/proc/" + pid + "/environ"));

        assertThat(arguments).last().isEqualTo(WorkerMain.class.getName());
        assertThat(arguments.subList(1, arguments.size() - 3)).allMatch(argument -> argument.startsWith("-"));
        assertThat(arguments.get(arguments.size() - 3)).isEqualTo("-cp");
        assertThat(variables)
                .extracting(variable -> variable.substring(0, variable.indexOf('=')))
                .isSubsetOf(System.getenv().keySet());
    }

    private static List<String> zeroTerminated(Path file) throws IOException {
        return List.of(Files.readString(file).split("\0"));
    }

    @Test
    void prints_ofAWorker_reachTheDriversLogAndDoNotDisturb() {
        try (LogLines log = LogLines.ofWorkers("shared")) {
            Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
                System.out.println("no line end " + "x".repeat(100_000));
                System.err.println("\u001b[31mred\u0007");
                System.in.read();
                return i;
            });

            assertThat(value(job)).containsExactly(1);
            Patience.await()
                    .untilAsserted(() -> assertThat(log.all())
                            .containsExactly(
                                    "INFO no line end " + "x".repeat(1_988) + "… (98,012 more characters)",
                                    "INFO \\u001b[31mred\\u0007"));
        }
    }

    @Test
    void death_ofAWorker_isToldOnceInTheLogWithAllThatIsKnown() throws IOException {
        Ledger victim = Ledger.in(folder);
        Gate dead = Gate.in(folder);
        try (LogLines log = LogLines.ofSupervisors()) {
            Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
                if (TaskContext.current().attempt() == 1) {
                    System.out.println("it looked well");
                    System.err.println("and then\rit did not");
                    victim.add(ProcessHandle.current().pid());
                    dead.pass();
                }
                return i;
            });
            Patience.await().until(() -> !victim.lines().isEmpty());
            String pid = victim.lines().get(0);

            kill(Long.parseLong(pid));

            assertThat(value(job)).containsExactly(1);
            assertThat(log.all())
                    .singleElement()
                    .asString()
                    .matches("(?s)WARN pool 'shared': worker [12] \\(pid " + pid + "\\) was killed by signal 9 \\(exit"
                            + " 137\\), perhaps out of memory, after \\d+\\.\\d s, while running element 0 of 1; it runs"
                            + " again \\(attempt 2 of 4\\); restart \\d+\nthe last it printed:\n.*  it looked well\n"
                            + "  and then\\\\rit did not");
        }
    }

    @Test
    void task_takesItsJvmApart_hurtsNobodyElse() {
        Job<List<Integer>> job = pool().lapply(List.of(1, 2, 3, 4), i -> {
            switch (i) {
                case 1 -> System.setOut(null);
                case 2 -> {
                    System.err.close();
                    if (System.out != null) { // not where it follows the one before
                        System.out.close();
                    }
                }
                case 3 -> Thread.currentThread().getThreadGroup().interrupt();
                default -> System.setProperties(new Properties());
            }
            return i;
        });

        assertThat(value(job)).containsExactly(1, 2, 3, 4);
        assertServes();
        assertThat(value(pool().evalq("1 + 1"))).containsExactly(2, 2);
        value(pool().init(SIZE, true)); // those JVMs are of no use to the next case
    }
}
