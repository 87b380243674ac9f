package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static io.github.clusterpool.PoolCase.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs that end before their tasks do: by timeout, cancel or interrupt; and what callers hear on the way. */
interface EndingsTest extends PoolCase {
    @Test
    default void taskTimeout_taskThatListens_failsAndTheOthersFinish() {
        Gate never = Gate.in(folder());
        Job<List<Integer>> job = pool().with(JobOptions.taskTimeout(Duration.ofMillis(500)))
                .lapply(List.of(1, 2, 3), i -> {
                    if (i == 2) {
                        never.pass();
                    }
                    return i;
                });

        JobFailedException error = failure(JobFailedException.class, job);

        assertThat(values(error)).containsExactly(1, null, 3);
        assertThat(error.outcomes().get(1).error())
                .isInstanceOf(TaskTimeoutException.class)
                .message()
                .matches(
                        "element 1 of 3 \\(2\\) failed on worker [12]: took longer than taskTimeout \\(PT0.5S\\) and was"
                                + " interrupted");
        assertThat(error.outcomes().get(1).error().getCause().getStackTrace())
                .extracting(StackTraceElement::getMethodName)
                .contains("pass");
        assertServes();
    }

    @Test
    default void taskTimeout_taskThatIsDeaf_isReplacedAndTheOthersFinish() {
        Gate end = Gate.in(folder());
        Exported<Integer> x = pool().export("x", 40);
        pool().evalq("y = 1");
        Job<List<Integer>> job = pool().with(JobOptions.taskTimeout(Duration.ofMillis(500)))
                .lapply(IntStream.range(0, 20).boxed().toList(), i -> {
                    if (i == 3) {
                        end.passDeaf();
                    }
                    return i + x.get() + Env.<Integer>get("y");
                });

        JobFailedException error = failure(JobFailedException.class, job);
        end.open();

        assertThat(error.outcomes().get(3).error())
                .isInstanceOf(TaskTimeoutException.class)
                .message()
                .matches(
                        "(?s)element 3 of 20 \\(3\\) failed on worker [12]: took longer than taskTimeout \\(PT0.5S\\) and"
                                + " went on although it was interrupted; its worker was replaced; it was\\R  at .*passDeaf.*");
        assertThat(error.outcomes()).filteredOn(Result::isSuccess).hasSize(19);
        assertThat(value(pool().call(() -> x.get() + Env.<Integer>get("y")))).containsExactly(41, 41);
    }

    @Test
    default void taskTimeout_quickTasks_areNotTouched() {
        List<Integer> xs = IntStream.range(0, 2000).boxed().toList();

        assertThat(value(pool().with(JobOptions.taskTimeout(Duration.ofSeconds(20)))
                        .lapply(xs, i -> i)))
                .isEqualTo(xs);
    }

    @Test
    default void timeout_ofTheJob_saysHowFarItCame() {
        Gate never = Gate.in(folder());
        Job<List<Integer>> job = pool().with(
                        JobOptions.timeout(Duration.ofSeconds(3)).chunkSize(1))
                .lapply(List.of(1, 2, 3), i -> {
                    if (i == 3) {
                        never.pass();
                    }
                    return i;
                });

        TaskTimeoutException error = failure(TaskTimeoutException.class, job);

        assertThat(error)
                .hasMessage(
                        "the job took longer than its timeout (PT3S): 2 of 3 elements done; 1 chunk stopped when interrupted");
        assertServes();
    }

    @Test
    default void joinAtMost_jobStillRuns_leavesItAlone() {
        Gate gate = Gate.in(folder());
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
            gate.pass();
            return i;
        });

        TaskTimeoutException error = assertThrows(TaskTimeoutException.class, () -> job.join(Duration.ofMillis(1)));
        gate.open();

        assertThat(error).hasMessage("the job has not ended within PT0.001S: 0 of 1 elements done; it goes on");
        assertThat(value(job)).containsExactly(1);
    }

    @Test
    default void cancel_whileRunning_interruptsAndTellsTheTask() throws IOException {
        Gate started = Gate.in(folder());
        Gate never = Gate.in(folder());
        Ledger ledger = Ledger.in(folder());
        Job<List<Integer>> job = pool().lapply(List.of(1), i -> {
            started.open();
            try {
                never.pass();
            } catch (InterruptedException e) {
                ledger.add("interrupted, cancelled: " + TaskContext.current().isCancelled());
            }
            return i;
        });
        started.expectOpen();

        boolean cancelled = job.cancel();

        assertThat(cancelled).isTrue();
        assertThat(job.cancel()).isFalse();
        assertThat(job.isDone()).isTrue();
        assertThat(failure(CancellationException.class, job)).hasMessage("the job on pool 'shared' was cancelled");
        Patience.await().until(() -> !ledger.lines().isEmpty());
        assertThat(ledger.lines()).containsExactly("interrupted, cancelled: true");
        assertServes();
    }

    @Test
    default void cancel_evalqThatSleeps_isInterruptedAndTakenBack() {
        int restarts = restarts();
        Gate started = Gate.in(folder());
        Gate never = Gate.in(folder());
        Job<List<Boolean>> job = pool().evalq(() -> {
            Env.put("halfway", 1);
            started.open();
            never.pass();
            return true;
        });
        started.expectOpen();

        job.cancel();

        assertThat(value(pool().call(() -> Env.names().contains("halfway")))).containsExactly(false, false);
        assertThat(restarts()).isEqualTo(restarts);
        assertServes();
    }

    @Test
    default void cancel_whileQueued_neverRuns() throws IOException {
        Gate gate = Gate.in(folder());
        Ledger began = Ledger.in(folder());
        Ledger ran = Ledger.in(folder());
        Job<List<Integer>> before = pool().lapply(List.of(1, 2), i -> {
            began.add(i);
            gate.pass();
            return i;
        });
        Patience.await().until(() -> began.lines().size() == SIZE); // or a worker might be free for the next job
        Job<List<Integer>> queued = pool().with(JobOptions.retries(0)).lapply(List.of(1, 2, 3), i -> {
            ran.add(i);
            return i;
        });

        queued.cancel();
        assertThat(queued.halted()).succeedsWithin(Patience.much());
        gate.open();

        assertThat(value(before)).containsExactly(1, 2);
        assertServes();
        assertThat(ran.lines()).isEmpty();
    }

    @Test
    default void cancel_taskThatIsDeaf_itsWorkerIsReplacedWithItsState() {
        Gate end = Gate.in(folder());
        Exported<Integer> x = pool().export("x", 42);
        Job<List<Integer>> job = waitingDeaf(end);

        job.cancel();
        List<Integer> seen = value(pool().call(() -> x.get()));
        end.open();

        assertThat(seen).containsExactly(42, 42);
    }

    @Test
    default void join_interrupted_cancelsTheJob() throws InterruptedException {
        Job<List<Integer>> job = waiting(Gate.in(folder()));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                job.join();
            } catch (Throwable e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        waiting.start();

        waiting.interrupt();
        waiting.join(Patience.some().toMillis());

        assertThat(thrown.get())
                .isInstanceOf(CancellationException.class)
                .hasMessage("the thread was interrupted while it waited for a job; the job was cancelled");
        assertThat(flag.get()).isTrue();
        assertThat(job.isDone()).isTrue();
        assertServes();
    }

    @Test
    default void cancel_thousandJobsOrInterruptsOfTheirCallers_noResultReachesTheNext() {
        List<Job<List<String>>> kept = new ArrayList<>();
        int interrupted = 0;
        for (int n = 0; n < 1_000; n++) {
            String mark = "cancelled " + n;
            Job<List<String>> job = pool().lapply(List.of(1, 2, 3, 4), i -> mark);
            if (n % 3 == 0) {
                interrupted += joinInterrupted(job, mark) ? 1 : 0;
            } else {
                job.cancel();
            }
            String next = "kept " + n;
            kept.add(pool().lapply(List.of(1, 2, 3, 4), i -> next));
        }

        for (int n = 0; n < kept.size(); n++) {
            assertThat(value(kept.get(n))).isEqualTo(Collections.nCopies(4, "kept " + n));
        }
        assertThat(interrupted).as("calls that had not ended").isPositive();
    }

    /** Whether the interrupt came in time to cancel the job. */
    private static boolean joinInterrupted(Job<List<String>> job, String mark) {
        Thread.currentThread().interrupt();
        try {
            assertThat(job.join()).isEqualTo(Collections.nCopies(4, mark));
            return false;
        } catch (CancellationException e) {
            return true;
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    default void onProgress_everyStep_oneCallAtATimeUpToTheEnd() {
        List<Progress> seen = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        Job<List<Integer>> job = pool().with(JobOptions.chunkSize(1).onProgress(progress -> {
                    atOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    seen.add(progress);
                    inside.decrementAndGet();
                }))
                .lapply(IntStream.range(0, 300).boxed().toList(), i -> i);

        value(job);

        Patience.await().until(() -> seen.stream().anyMatch(progress -> progress.done() == 300));
        assertThat(atOnce.get()).isEqualTo(1);
        assertThat(seen).extracting(Progress::done).isSorted();
        assertThat(job.progress())
                .isEqualTo(new Progress(300, 0, 0, 300, job.progress().elapsed()));
        assertThat(job.progress().rate()).isPositive();
        assertThat(job.progress().remaining()).contains(Duration.ZERO);
    }

    @Test
    default void progress_tasksUnderWay_tellsHowManyRunBeforeAnyIsDone() {
        Gate gate = Gate.in(folder());
        Job<List<Integer>> job = pool().with(JobOptions.chunkSize(1)).lapply(List.of(1, 2, 3, 4), i -> {
            gate.pass();
            return i;
        });

        Patience.await().until(() -> job.progress().running() >= 2);
        assertThat(job.progress().done()).isZero();
        assertThat(job.progress().remaining()).isEmpty();
        gate.open();

        assertThat(value(job)).hasSize(4);
        assertThat(job.progress().running()).isZero();
    }

    @Test
    default void onProgress_listenerThrowsOrBlocks_theJobEndsAllTheSame() {
        CountDownLatch end = new CountDownLatch(1);
        Job<List<Integer>> throwing = pool().with(JobOptions.onProgress(progress -> {
                    throw new IllegalStateException("rude listener");
                }))
                .lapply(List.of(1, 2, 3), i -> i);
        Job<List<Integer>> blocking = pool().with(JobOptions.onProgress(progress -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .lapply(List.of(1, 2, 3), i -> i);

        assertThat(value(throwing)).containsExactly(1, 2, 3);
        assertThat(value(blocking)).containsExactly(1, 2, 3);
        end.countDown();
        assertServes();
    }

    @Test
    default void callback_throwsOrBlocks_hurtsNoOtherJob() {
        CountDownLatch end = new CountDownLatch(1);
        Gate gate = Gate.in(folder());
        Fn<Integer, Integer> gated = i -> {
            gate.pass();
            return i;
        };
        CompletableFuture<Object> thrown = pool().lapply(List.of(1), gated)
                .<Object>thenApply(list -> {
                    throw new IllegalStateException("rude callback");
                })
                .toCompletableFuture();
        CompletableFuture<Void> blocked = pool().lapply(List.of(1), gated)
                .thenRun(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .toCompletableFuture();
        gate.open();

        assertServes();

        Patience.await().until(thrown::isCompletedExceptionally);
        end.countDown();
        Patience.await().until(blocked::isDone);
    }

    @Test
    default void jobsFromCallbacks_areServed() {
        CompletableFuture<List<Integer>> chain = pool().lapply(List.of(1, 2), i -> i + 1)
                .thenCompose(list -> pool().lapply(list, i -> i * 10))
                .thenApply(list -> value(pool().lapply(list, i -> i + 1)))
                .toCompletableFuture();

        assertThat(chain.orTimeout(Patience.much().toSeconds(), TimeUnit.SECONDS)
                        .join())
                .containsExactly(21, 31);
    }
}
