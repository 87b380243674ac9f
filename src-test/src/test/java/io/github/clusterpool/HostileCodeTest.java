package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static io.github.clusterpool.PoolCase.values;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Code that hurts itself hurts no other task, not the pool, and not the driver. */
interface HostileCodeTest extends PoolCase {
    /** An exception that does not want to be looked at. */
    class Hostile extends RuntimeException {
        private final int how;

        Hostile(int how) {
            this.how = how;
        }

        @Override
        public String getMessage() {
            return how == 0 ? overflow("") : how == 1 ? null : "hostile " + how;
        }

        @Override
        public synchronized Throwable getCause() {
            if (how == 2) {
                throw new IllegalStateException("no cause");
            }
            return how == 3 ? this : how == 4 ? new Hostile(4) : null;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            if (how == 5) {
                throw new NoClassDefFoundError("no stack");
            }
            return how == 6 ? null : super.getStackTrace();
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }

        private static String overflow(String text) {
            return text == null ? "" : overflow(text + 1) + 1;
        }
    }

    /** An element that does not want to be looked at. */
    record Touchy(int x) {
        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("no equals");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("no hash");
        }

        @Override
        public String toString() {
            throw new StackOverflowError("no text");
        }

        @Override
        public int x() {
            throw new IllegalStateException("no accessor");
        }
    }

    /** Cannot be made on a worker. */
    record Shy(int x) {
        public Shy {
            if (Thread.currentThread().getName().startsWith("shared-worker-")) {
                recurse(x);
            }
        }

        private static int recurse(int x) {
            return x < 0 ? x : recurse(x + 1) + 1;
        }
    }

    /** The job's values are those of all elements but the first, which failed. */
    private void assertOnlyTheFirstFails(Job<List<Integer>> job, Class<?> how, String message) {
        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.outcomes().get(0).error())
                .isInstanceOf(how)
                .message()
                .matches("(?s)element 0 of 4 .*" + message + ".*");
        assertThat(values(error)).containsExactly(null, 1, 2, 3);
        assertServes();
    }

    @Test
    default void errors_thrownByCode_failTheirElementOnly() {
        Job<List<Integer>> job = pool().lapply(List.of(0, 1, 2, 3), i -> {
            if (i == 0) {
                throw new OutOfMemoryError("only thrown");
            }
            return i;
        });

        assertOnlyTheFirstFails(job, TaskFailedException.class, "java.lang.OutOfMemoryError: only thrown");
    }

    @Test
    default void exceptions_thatCannotBeLookedAt_areOutcomesAllTheSame() {
        Job<List<Object>> job = pool().lapply(List.of(0, 1, 2, 3, 4, 5, 6), i -> {
            throw new Hostile(i);
        });

        JobFailedException error = failure(JobFailedException.class, job);

        for (int i = 0; i < 7; i++) {
            String told = i == 0
                    ? ": \\(its message could not be had: java.lang.StackOverflowError\\)"
                    : i == 1 ? "" : ": hostile " + i;
            assertThat(error.outcomes().get(i).error())
                    .isInstanceOf(TaskFailedException.class)
                    .message()
                    .matches("element " + i + " of 7 \\(" + i + "\\) failed on worker [12]: \\Q"
                            + Hostile.class.getName() + "\\E" + told);
        }
        assertServes();
    }

    @Test
    default void exceptions_suppressedByEachOther_areOutcomes() {
        Job<List<Integer>> job = pool().lapply(List.of(0, 1, 2, 3), i -> {
            if (i == 0) {
                RuntimeException one = new IllegalStateException("one");
                RuntimeException two = new IllegalStateException("two", one);
                one.initCause(two);
                one.addSuppressed(two);
                throw one;
            }
            return i;
        });

        assertOnlyTheFirstFails(job, TaskFailedException.class, "IllegalStateException: one");
    }

    @Test
    default void exceptions_withControlCharacters_areToldInOneLine() {
        Job<List<Integer>> job = pool().lapply(List.of(0, 1, 2, 3), i -> {
            if (i == 0) {
                throw new IllegalStateException("a\nb\u001b[31m\u2028c");
            }
            return i;
        });

        assertOnlyTheFirstFails(
                job, TaskFailedException.class, "IllegalStateException: \\Qa\\nb\\u001b[31m\\u2028c\\E");
    }

    @Test
    default void elements_thatCannotBeTouched_travelAndAreNamedByTheirClass() {
        Job<List<Touchy>> job = pool().lapply(List.of(new Touchy(1), new Touchy(2)), touchy -> touchy);
        Job<List<Integer>> failing = pool().lapply(List.of(new Touchy(1)), Touchy::x);

        assertThat(value(job)).hasSize(2);
        assertThat(failure(JobFailedException.class, failing)
                        .outcomes()
                        .get(0)
                        .error()
                        .getMessage())
                .matches("\\Qelement 0 of 1 (a " + Touchy.class.getName()
                        + ") failed on worker \\E[12]\\Q: java.lang.IllegalStateException: no accessor\\E");
        assertServes();
    }

    @Test
    default void elements_thatCannotBeMadeOnTheWorker_failAndKillNobody() {
        Job<List<Integer>> job = pool().with(JobOptions.chunkSize(1)).lapply(List.of(new Shy(1), new Shy(2)), i -> 1);

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error).hasMessageContaining("StackOverflowError");
        assertThat(pool().status().workers()).extracting(WorkerStatus::state).containsOnly(WorkerStatus.State.READY);
        assertServes();
    }

    @Test
    default void results_thatContainThemselves_failTheirElementOnly() {
        Job<List<Object>> job = pool().lapply(List.of(0, 1), i -> {
            List<Object> list = new ArrayList<>();
            list.add(i == 0 ? list : i);
            return list;
        });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(error.outcomes().get(0).error()).isInstanceOf(NotPortableException.class);
        assertThat(values(error)).containsExactly(null, List.of(1));
        assertServes();
    }

    @Test
    default void thread_changedByATask_isAsBeforeForTheNext() {
        Job<List<List<Object>>> job = pool().with(JobOptions.chunkSize(4)).lapply(List.of(1, 2, 3, 4), i -> {
            Thread thread = Thread.currentThread();
            List<Object> seen = List.of(
                    thread.getName().replaceAll("[12]", ""),
                    thread.getPriority(),
                    thread.isInterrupted(),
                    thread.getContextClassLoader() instanceof URLClassLoader,
                    thread.getUncaughtExceptionHandler() instanceof ThreadGroup);
            thread.setName("mine");
            thread.setPriority(Thread.MAX_PRIORITY);
            thread.setContextClassLoader(new URLClassLoader(new URL[0]));
            thread.setUncaughtExceptionHandler((who, what) -> {});
            thread.interrupt();
            return seen;
        });

        assertThat(value(job)).containsOnly(List.of("shared-worker-", Thread.NORM_PRIORITY, false, false, true));
        assertThat(value(pool().call(() -> Thread.currentThread().getName())))
                .containsExactly("shared-worker-1", "shared-worker-2");
        assertServes();
    }

    @Test
    default void threads_leakedByTasks_doNotDisturb() {
        Gate end = Gate.in(folder());
        Job<List<Integer>> job = pool().lapply(List.of(1, 2, 3, 4), i -> {
            for (boolean daemon : new boolean[] {true, false}) {
                Thread leaked = new Thread(end::passDeaf, "leaked");
                leaked.setDaemon(daemon);
                leaked.setPriority(Thread.MIN_PRIORITY);
                leaked.start();
            }
            Thread rude = new Thread(() -> {
                throw new IllegalStateException("nobody catches this");
            });
            rude.setUncaughtExceptionHandler((who, what) -> {});
            rude.start();
            return i;
        });

        assertThat(value(job)).containsExactly(1, 2, 3, 4);
        assertServes();
        end.open();
    }

    @Test
    default void deadlock_insideATask_endsWithItsTimeout() {
        Gate end = Gate.in(folder());
        Job<List<Integer>> job = pool().with(JobOptions.taskTimeout(Duration.ofMillis(500)))
                .lapply(List.of(0, 1, 2, 3), i -> {
                    if (i == 0) {
                        deadlock(end);
                    }
                    return i;
                });

        assertOnlyTheFirstFails(job, TaskTimeoutException.class, "took longer than taskTimeout.*deadlock");
        end.open();
    }

    /** Two threads wait for each other, deaf to interrupts; until the gate opens, so that the test leaves nothing. */
    private static void deadlock(Gate end) throws InterruptedException {
        ReentrantLock mine = new ReentrantLock();
        ReentrantLock other = new ReentrantLock();
        mine.lock();
        Thread thread = new Thread(() -> {
            other.lock();
            try {
                while (!mine.tryLock() && !end.isOpen()) {
                    Thread.yield();
                }
            } finally {
                other.unlock();
            }
        });
        thread.setDaemon(true);
        thread.start();
        while (!other.isLocked()) {
            Thread.yield();
        }
        other.lock();
    }
}
