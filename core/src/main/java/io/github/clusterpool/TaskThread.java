package io.github.clusterpool;

import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.wire.Contents;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which one life of a worker runs user code, in the order in which the pool sent it. Only what waits for
 * a blob may be passed: a change of state by chunks, which come only to a worker that has applied all that they need,
 * and a chunk by changes of state, which it does not see.
 */
final class TaskThread {
    private final Worker.Identity identity;
    private final PoolConfig config;
    private final Environment environment = new Environment();
    private final LinkedBlockingQueue<Worker.Command> queue = new LinkedBlockingQueue<>();
    private final WaitingLine changes = new WaitingLine(queue); // guarded by this, as the other line
    private final WaitingLine runs = new WaitingLine(queue);
    private final AtomicInteger chunks = new AtomicInteger(); // that wait or run
    private final Machine machine;
    private final TaskLane lane;
    private final TaskLog log;

    // guarded by this: what runs now, so that an interrupt meets that and nothing after it
    private @Nullable ChunkRun current;
    private final Set<Long> missed = new HashSet<>(); // cancels that met nothing, perhaps because it begins just now
    private boolean isBusy;
    private boolean givenUp;
    private volatile boolean abandoned;

    TaskThread(Worker.Identity identity, PoolConfig config, Machine machine, Consumer<Throwable> onDeath) {
        this.identity = identity;
        this.config = config;
        String name = identity.pool() + "-worker-" + identity.ref().worker();
        this.machine = machine;
        ClassLoader ours = TaskThread.class.getClassLoader(); // user code gets its own before it runs
        this.lane = machine.lanes().lane(name, ours, () -> work(onDeath));
        this.log = new TaskLog(identity, machine);
    }

    void start() {
        lane.start();
    }

    synchronized void run(Worker.Run run) {
        if (!givenUp) {
            chunks.incrementAndGet();
            runs.add(run);
        }
    }

    synchronized void apply(Worker.Apply apply) {
        if (!givenUp) {
            changes.add(apply);
        }
    }

    /** A blob has come, perhaps one that is waited for. */
    synchronized void admit() {
        changes.admit();
        runs.admit();
    }

    /**
     * Drops what waits of that job and tells what runs of it to stop; the pool hears how far it came.
     *
     * @return false if nothing of it runs
     */
    synchronized boolean cancel(long job) {
        giveBack(chunk -> chunk.job() == job);
        if (current != null && current.job() == job) {
            current.cancel();
            return true;
        }
        missed.add(job);
        return false;
    }

    /** Does not begin those that have not begun. */
    synchronized void giveBack(long[] runs) {
        giveBack(chunk -> LongStream.of(runs).anyMatch(run -> run == chunk.run()));
    }

    private void giveBack(Predicate<NodeHost.RunChunk> which) {
        giveBack(which, queue);
        giveBack(which, runs.waiting());
        runs.admit();
    }

    private void giveBack(Predicate<NodeHost.RunChunk> which, Queue<? extends Worker.Command> from) {
        for (Worker.Command waiting : List.copyOf(from)) {
            if (waiting instanceof Worker.Run run && which.test(run.chunk()) && from.remove(run)) {
                chunks.decrementAndGet();
                NodeHost.RunChunk chunk = run.chunk();
                identity.supervisor().tell(chunk.answer(chunk.first(), 0, 0, new byte[0], Sequel.DONE, 0));
            }
        }
    }

    /** Interrupts what runs of that job, if it still does. */
    synchronized void interrupt(long job) {
        if (current != null && current.job() == job) {
            current.interrupted();
            lane.interrupt();
        }
    }

    /** Leaves the thread to itself: it is told to end, and nothing it still says counts. */
    synchronized void abandon() {
        if (abandoned) {
            return;
        }
        abandoned = true;
        dropAll();
        if (isBusy) {
            identity.supervisor().tell(new PoolSupervisor.WorkerThreadLeft(identity.ref(), false));
        }
        if (current != null) {
            current.cancel();
        }
        lane.interrupt();
    }

    /**
     * Interrupts a task that takes too long, and tells the supervisor if that does not help.
     *
     * @return false if nothing is under way that needs a look at the clock
     */
    synchronized boolean checkTaskTime() {
        if (current != null && current.isStuck(lane, config.cancelGrace())) {
            identity.supervisor()
                    .tell(new PoolSupervisor.WorkerStuck(
                            identity.ref(), current.run(), current.stuckTask(), current.stuckReason()));
            giveUp(current);
        }
        return chunks.get() > 0;
    }

    /** The pool gives what waits here to others now: nothing of it may begin, should the stuck task end after all. */
    private void giveUp(ChunkRun stuck) {
        givenUp = true;
        dropAll();
        stuck.cancel();
    }

    private void dropAll() {
        queue.clear();
        changes.waiting().clear();
        runs.waiting().clear();
    }

    private void work(Consumer<Throwable> onDeath) {
        CleanThread clean = CleanThread.ofCurrent();
        try {
            while (!abandoned) {
                next(clean);
            }
        } catch (Throwable e) {
            if (!abandoned) {
                onDeath.accept(e);
            }
        }
    }

    private void next(CleanThread clean) {
        Worker.Command command;
        try {
            command = lane.take(queue);
        } catch (InterruptedException e) {
            return; // a cancel that came too late, or the end: the loop decides
        }
        if (!setBusy(true)) {
            return;
        }
        if (command instanceof Worker.Run run) {
            runChunk(run, clean);
            chunks.decrementAndGet();
        } else if (command instanceof Worker.Apply apply) {
            identity.lease().await(machine, lane, () -> abandoned);
            applyEntry(apply, clean);
        }
        if (!setBusy(false)) {
            identity.supervisor().tell(new PoolSupervisor.WorkerThreadLeft(identity.ref(), true));
        }
    }

    /** False if nobody is interested any more. */
    private synchronized boolean setBusy(boolean busy) {
        isBusy = busy;
        return !abandoned;
    }

    private void runChunk(Worker.Run run, CleanThread before) {
        CleanThread clean = before.with(run.code().codec().loader());
        clean.restore();
        environment.forgetBelow(run.chunk().floor());
        ChunkRun chunk = new ChunkRun(identity, run, environment, log, config, this::sendable, machine);
        begin(chunk);
        try {
            chunk.runAll(lane, clean);
        } finally {
            tidyUp(clean);
        }
        if (!abandoned) {
            chunk.answerRest();
        }
    }

    /** The chunk left the queue a moment ago, and may have been meant by what was said since then. */
    private synchronized void begin(ChunkRun chunk) {
        current = chunk;
        if (abandoned || missed.contains(chunk.job())) {
            chunk.cancel();
        }
        missed.clear();
    }

    /** User code may leave anything behind on its thread. */
    private synchronized void tidyUp(CleanThread clean) {
        current = null;
        log.tellHeldBack();
        TaskContext.enter(null);
        clean.restore();
    }

    private void applyEntry(Worker.Apply apply, CleanThread before) {
        Codec codec = apply.codec();
        CleanThread clean = before.with(codec.loader());
        clean.restore(); // also for what only clears: a thread that waits must not keep what is over
        environment.forgetBelow(apply.floor());
        Entry entry = apply.entry();
        byte[] outcome = new byte[0];
        @Nullable Failure failure = null;
        if (entry instanceof Entry.Export export) {
            failure = set(export, codec, apply.contents());
        } else if (entry instanceof Entry.Evalq evalq) {
            Object value = evaluate(evalq, codec, apply.contents(), clean);
            failure = value instanceof Failure failed ? failed : null;
            outcome = encoded(value, codec);
        } else {
            environment.clear(entry.epoch());
        }
        if (failure != null) {
            environment.undo(entry.epoch());
            outcome = encoded(failure, codec);
        }
        String reason = failure == null ? "" : Messages.oneLine(failure.describe());
        if (!abandoned) {
            identity.supervisor()
                    .tell(new PoolSupervisor.WorkerApplied(
                            identity.ref(), entry.epoch(), failure != null, reason, sendable(outcome)));
        }
    }

    private @Nullable Failure set(Entry.Export export, Codec codec, Contents contents) {
        try {
            for (Map.Entry<String, byte[]> variable : export.values().entrySet()) {
                environment.put(
                        variable.getKey(), contents.decode(codec.values(), variable.getValue()), export.epoch());
            }
            return null;
        } catch (RuntimeException e) {
            return Codec.unreadable(e);
        }
    }

    private @Nullable Object evaluate(Entry.Evalq evalq, Codec codec, Contents contents, CleanThread clean) {
        int index = identity.ref().worker() - 1;
        String key = identity.pool() + "-" + evalq.epoch();
        Variables variables = new Variables(environment, evalq.epoch());
        Randoms randoms = new Randoms(null, index + 1);
        TaskContext.enter(new TaskContext(
                key, index, 1, identity.ref().worker(), variables, new AtomicBoolean(), log, 0, randoms));
        try {
            return contents.decode(codec.values(), evalq.code()) instanceof Fn0<?> code
                    ? code.apply()
                    : Failure.thrown(new IllegalArgumentException(Messages.missing("code")));
        } catch (Throwable e) {
            return e instanceof RuntimeException unchecked ? Codec.unreadable(unchecked) : Failure.thrown(e);
        } finally {
            tidyUp(clean);
        }
    }

    /** What has got a reference must be told of, or it would be kept for ever. */
    private byte[] sendable(byte[] outcome) {
        return identity.supervisor().content(outcome, lane, () -> abandoned);
    }

    private byte[] encoded(@Nullable Object value, Codec codec) {
        return OutcomeWriter.single(codec, value, config.blob().maxSize());
    }
}
