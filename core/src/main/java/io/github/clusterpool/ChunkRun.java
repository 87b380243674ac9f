package io.github.clusterpool;

import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.wire.Contents;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One chunk on a worker's thread: applies the function to one element after another and tells the supervisor, now and
 * then, what came out, so that little is lost if the worker dies.
 */
final class ChunkRun {
    private static final long FLUSH_BYTES = 256 * 1024;
    private static final long FLUSH_NANOS = 50_000_000;
    private static final long SWIFT_NANOS = 100_000;

    private final Worker.Identity identity;
    private final NodeHost.RunChunk chunk;
    private final JobCode code;
    private final Contents arguments;
    private final Codec codec;
    private final Environment environment;
    private final TaskLog log;
    private final OutcomeWriter outcomes;
    private final long flushBytes;
    private final BiFunction<byte[], TaskLane, byte[]> sendable;
    private final TaskLane lane;
    private final TaskPool pool;
    private final Machine machine;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile boolean interrupted;
    private int answered;

    // the element that has begun last, in the chunk, and the first that does not begin here
    private volatile int begun = -1;
    private volatile int end;

    private long answeredAt;
    private final Glances glances;
    private long lookedAt;

    // for the look at the clock, guarded by this: when the task under way began, 0 for none, and what became of it
    private long taskSince;
    private boolean taskOver;
    private StackTraceElement @Nullable [] taskStack;
    private int task;
    private int stuckTask = -1;

    ChunkRun(
            Worker.Identity identity,
            Worker.Run run,
            Environment environment,
            TaskLog log,
            PoolConfig config,
            BiFunction<byte[], TaskLane, byte[]> sendable,
            TaskLane lane,
            TaskJobs jobs,
            Machine machine) {
        this.identity = identity;
        this.chunk = run.chunk();
        this.code = run.code();
        this.arguments = run.arguments();
        this.codec = run.code().codec();
        this.environment = environment;
        this.log = log;
        this.outcomes = new OutcomeWriter(codec, config.blob().maxSize(), config.threshold());
        this.flushBytes = Math.min(FLUSH_BYTES, config.maxMessageSize());
        this.sendable = sendable;
        this.lane = lane;
        this.pool = new TaskPool(jobs, chunk.run(), codec, code.header().poolSize(), lane);
        this.machine = machine;
        this.glances = new Glances(identity.clock());
        this.end = chunk.count();
    }

    long job() {
        return chunk.job();
    }

    long run() {
        return chunk.run();
    }

    /** The first step: code that looks may end in its own way. */
    void cancel() {
        cancelled.set(true);
    }

    /** The second step. */
    void interrupt() {
        interrupted = true;
        lane.interrupt();
    }

    /** Tells the pool that half of what has not begun does not begin here, unless there is nothing of that kind. */
    synchronized void giveBackHalf() {
        int before = end;
        int first = begun + 1 + (before - begun - 1) / 2;
        if (first >= before || cancelled.get()) {
            return;
        }
        end = first;
        if (begun >= first) {
            end = before; // it went on meanwhile; what it saw of the other end it looks at again
            return;
        }
        identity.supervisor().tell(chunk.answer(chunk.first() + first, before - first, 0, new byte[0], Sequel.REST, 0));
    }

    /** Whether that element of the chunk begins here: from then on nobody else gets it. */
    private boolean begin(int element) {
        if (element < end) {
            begun = element;
            if (element < end) {
                return true;
            }
        }
        synchronized (this) {
            begun = element < end ? element : begun;
            return element < end;
        }
    }

    /** Runs what the chunk has, until it is cancelled; never throws what user code throws. */
    void runAll(CleanThread clean) {
        answeredAt = machine.nanos();
        lookedAt = answeredAt;
        if (!mayStart()) {
            return;
        }
        JobCode.Prepared prepared;
        Iterator<@Nullable Object> args;
        try {
            prepared = code.prepare(identity.ref());
            answeredAt = machine.nanos(); // that was for all chunks of the job
            args = arguments
                    .decode(prepared.arguments(), chunk.arguments(), arguments())
                    .iterator();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            failAll(e instanceof RuntimeException unchecked ? Codec.unreadable(unchecked) : Failure.thrown(e));
            return;
        }
        ChunkScope scope = new ChunkScope(
                code.header().key(),
                chunk.attempt(),
                identity.ref().worker(),
                new Variables(environment, chunk.epoch()),
                cancelled,
                log,
                chunk.job(),
                prepared.randoms(),
                codec.scripts(),
                pool);
        for (int i = 0; mayStart() && begin(i); i++) {
            runTask(prepared, args, chunk.first() + i, scope);
            clean.restore(); // what this task left behind is not for the next one
        }
    }

    /** A worker that may have been given up waits until it is heard of again, or cancelled. */
    private boolean mayStart() {
        if (identity.lease().isOver(lookedAt)) {
            identity.lease().await(machine, lane, cancelled::get);
        }
        return !cancelled.get();
    }

    private int arguments() {
        int arity = code.header().arity();
        return arity == 0 ? 0 : arity * chunk.count();
    }

    private void failAll(Failure failure) {
        for (int i = 0; begin(i); i++) {
            add(failure);
        }
    }

    /** Runs one task; what comes of it counts for nobody if it was cancelled. */
    private void runTask(JobCode.Prepared prepared, Iterator<@Nullable Object> args, int index, ChunkScope scope) {
        TaskContext.enter(new TaskContext(scope, code.header().firstIndex() + index));
        boolean timed = code.header().taskTimeoutNanos() > 0;
        if (timed) {
            beginTask(index);
        }
        Object outcome = null;
        Throwable thrown = null;
        try {
            outcome = prepared.call(code.header().arity(), args);
        } catch (Throwable e) {
            thrown = e;
            outcome = Failure.thrown(e);
        }
        pool.endTask();
        Failure late = timed ? endTask() : null;
        if (late != null) {
            thrown = new TaskTimeoutException(late.describe());
            outcome = late;
        }
        if (cancelled.get()) {
            return;
        }
        if (thrown != null && prepared.mayTryAgain(thrown, TaskContext.current().log())) {
            lookedAt = machine.nanos();
            answer(Sequel.MORE);
            outcomes.add(outcome);
            answer(Sequel.AGAIN);
        } else {
            add(outcome);
        }
    }

    private void add(@Nullable Object outcome) {
        if (!outcomes.add(outcome)) {
            answer(Sequel.MORE);
            outcomes.add(outcome);
        }
        lookedAt = glances.next();
        if (outcomes.byteSize() > flushBytes
                || outcomes.hasLarge()
                || lookedAt - answeredAt > FLUSH_NANOS
                || code.header().eager()) {
            answer(Sequel.MORE);
        }
    }

    /**
     * The last word on this chunk.
     *
     * @param more whether another chunk is about to begin; if it takes as little time as this one, its last word follows soon
     */
    void answerRest(boolean more) {
        answer(!cancelled.get() ? Sequel.DONE : interrupted ? Sequel.INTERRUPTED : Sequel.FLAGGED, more);
    }

    private void answer(Sequel sequel) {
        answer(sequel, false);
    }

    private void answer(Sequel sequel, boolean more) {
        int count = outcomes.size();
        if (sequel == Sequel.MORE && (count == 0 || answered + count == end)) {
            return; // there is nothing to say, or the last word follows at once
        }
        int failed = outcomes.failed();
        long now = machine.nanos();
        boolean large = outcomes.hasLarge();
        byte[] taken = count == 0 ? new byte[0] : outcomes.take();
        byte[] bytes = large ? sendable.apply(taken, lane) : taken;
        boolean hold = more && now - answeredAt < SWIFT_NANOS;
        identity.supervisor()
                .tell(chunk.answer(chunk.first() + answered, count, failed, bytes, sequel, now - answeredAt), hold);
        answered += count;
        answeredAt = now;
    }

    // ---- the time of one task

    private synchronized void beginTask(int index) {
        task = index;
        taskSince = machine.nanos();
        taskOver = false;
        taskStack = null;
    }

    private synchronized @Nullable Failure endTask() {
        taskSince = 0;
        if (!taskOver) {
            return null;
        }
        Thread.interrupted();
        StackTraceElement[] stack = taskStack == null ? new StackTraceElement[0] : taskStack;
        return Failure.timedOut(Messages.taskTimeout(taskTimeout()) + " and was interrupted", stack);
    }

    /**
     * Interrupts the task under way if its time is up; here, so that the interrupt meets that task and none after it.
     *
     * @return true, once, if that did not help
     */
    synchronized boolean isStuck(Duration grace) {
        long late = taskSince == 0
                ? -1
                : machine.nanos() - taskSince - code.header().taskTimeoutNanos();
        if (late > 0 && !taskOver) {
            taskOver = true;
            taskStack = lane.stack();
            lane.interrupt();
        } else if (late > grace.toNanos() && stuckTask < 0) {
            stuckTask = task;
            return true;
        }
        return false;
    }

    synchronized int stuckTask() {
        return stuckTask;
    }

    synchronized String stuckReason() {
        StringBuilder reason = new StringBuilder(Messages.taskTimeout(taskTimeout()))
                .append(" and went on although it was interrupted; its worker was replaced; it was");
        for (StackTraceElement frame : taskStack == null ? new StackTraceElement[0] : taskStack) {
            reason.append(System.lineSeparator()).append("  at ").append(frame);
        }
        return reason.toString();
    }

    private Duration taskTimeout() {
        return Duration.ofNanos(code.header().taskTimeoutNanos());
    }
}
