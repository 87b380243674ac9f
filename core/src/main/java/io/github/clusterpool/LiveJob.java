package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Halt;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A job as its caller holds it: fed on the client's actor, ended on a thread for callbacks. */
final class LiveJob<T, R> extends CompletableFuture<T> implements ResultsJob<T, R> {
    private static final int WORTH_IT = 32_768; // bytes

    private final long number;
    private final PoolClient client;
    private final Results<Object> results;
    private final Function<List<Object>, T> finish;
    private final ProgressListener listener;
    private final News ahead;
    private final LastWord lastWord;
    private final LastStep lastStep = new LastStep(this::end);
    private final JobResults<R> published;
    private final Queue<Object> kept = new ConcurrentLinkedQueue<>();
    private volatile boolean over;
    private long newBytes;

    LiveJob(
            long number,
            PoolClient client,
            Results<Object> results,
            Function<List<Object>, T> finish,
            @Nullable Consumer<Progress> listener) {
        this.number = number;
        this.client = client;
        this.results = results;
        this.finish = finish;
        this.listener = new ProgressListener(client, listener, results::progress);
        this.ahead = new News(client, results::decode);
        this.published = new JobResults<>(client, results, this);
        this.lastWord = new LastWord(client);
        whenComplete((all, error) -> {
            lastStep.wake();
            published.tell();
        });
    }

    /** Its client's number for it. */
    long number() {
        return number;
    }

    @Override
    public String id() {
        return JobId.text(client.session(), number);
    }

    /** Keeps the classes of the job alive until it has ended; by any thread. */
    void keep(Object classes) {
        kept.add(classes);
        if (over) {
            kept.clear();
        }
    }

    private void keepNothing() {
        over = true;
        if (!kept.isEmpty()) {
            kept.clear();
        }
    }

    /** How much it keeps. */
    int kept() {
        return kept.size();
    }

    /** Takes in what the pool says; returns true if that was the end. */
    boolean add(JobEvent event) {
        if (event instanceof JobEvent.Ended last) {
            keepNothing();
            lastWord.say(haltOf(last.ending()));
        }
        if (isDone()) {
            return event instanceof JobEvent.Ended; // cancelled; what still comes is for nobody
        }
        boolean ended = results.add(event);
        listener.tell();
        if (!published.tell()) {
            decodeAhead(event);
        }
        if (ended && !lastStep.callWaiting()) {
            client.callback(lastStep::take);
        }
        return ended;
    }

    /** While workers go on, if it is worth the way to another thread. */
    private void decodeAhead(JobEvent event) {
        newBytes += event instanceof JobEvent.Outcomes some ? some.bytes().length : 0;
        if (newBytes >= WORTH_IT) {
            newBytes = 0;
            ahead.tell();
        }
    }

    private static Halt haltOf(Ending ending) {
        return ending instanceof Ending.Cancelled cancelled
                ? cancelled.halt()
                : ending instanceof Ending.TimedOut late ? late.halt() : Halt.NONE;
    }

    /** The pool is gone, and all that ran with it. */
    void refuse(PoolClosedException closed) {
        keepNothing();
        completeExceptionally(closed);
        lastWord.say(Halt.NONE);
    }

    private void end() {
        try {
            complete(finish.apply(results.get()));
        } catch (Throwable e) {
            completeExceptionally(e);
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        lastStep.await(this::isDone, client.spinning(results.size()));
        return super.get();
    }

    @Override
    public T join() {
        try {
            return get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (CancellationException e) {
            throw asCancelled(e);
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    @Override
    public T join(Duration atMost) {
        try {
            return get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (CancellationException e) {
            throw asCancelled(e);
        } catch (TimeoutException e) {
            throw new TaskTimeoutException(Messages.joinTimedOut(atMost, progress()));
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /** Newer JDKs wrap the cancellation that the job ended with in one of their own. */
    private static CancellationException asCancelled(CancellationException e) {
        return e.getCause() instanceof CancellationException first ? first : e;
    }

    private CancellationException interrupted() {
        cancel();
        Thread.currentThread().interrupt();
        return new CancellationException(Messages.interrupted());
    }

    private static RuntimeException unwrapped(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new PoolException("" + cause, cause);
    }

    @Override
    public boolean cancel() {
        boolean first = completeExceptionally(new CancellationException(Messages.cancelled(client.pool())));
        if (first) {
            client.cancel(this);
        }
        return first;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return cancel();
    }

    @Override
    public CompletionStage<Halt> halted() {
        return lastWord.stage();
    }

    @Override
    public JobResults<R> results() {
        return published;
    }

    /** How it failed; null if it has not. */
    @Nullable
    Throwable failure() {
        return handle((all, error) -> error).getNow(null);
    }

    @Override
    public Progress progress() {
        return results.progress();
    }

    /** What callers derive from a job is an ordinary future. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
