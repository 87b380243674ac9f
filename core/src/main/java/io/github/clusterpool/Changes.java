package io.github.clusterpool;

import io.github.clusterpool.state.Entry;
import io.github.clusterpool.wire.Contents;
import io.github.clusterpool.wire.LateValue;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The changes of state that have come to one life of a worker; they are applied one by one, whichever thread does it. */
final class Changes {
    private final Worker.Identity identity;
    private final PoolConfig config;
    private final Environment environment;
    private final TaskLog log;
    private final Machine machine;
    private final Queue<Worker.Command> ready = new ArrayDeque<>(); // guarded by this, as all below
    private final WaitingLine waiting;
    private @Nullable TaskLane applying;
    private long evaluated; // the epoch of the newest evalq whose code has begun
    private boolean evaluating; // that code runs now
    private AtomicBoolean stopped = new AtomicBoolean(); // what it looks at
    private final Set<Long> stoppedBefore = new HashSet<>(); // epochs whose code is not to begin
    private final AtomicBoolean abandoned = new AtomicBoolean();

    /**
     * Makes it.
     *
     * @param announce is told of each one that may be applied, before any that follows
     */
    Changes(
            Worker.Identity identity,
            PoolConfig config,
            Environment environment,
            TaskLog log,
            Machine machine,
            Consumer<Worker.Command> announce) {
        this.identity = identity;
        this.config = config;
        this.environment = environment;
        this.log = log;
        this.machine = machine;
        Consumer<Worker.Command> admit = ready::add;
        this.waiting = new WaitingLine(admit.andThen(announce));
    }

    synchronized void add(Worker.Apply apply) {
        waiting.add(apply);
    }

    /** A blob has come, perhaps one that is waited for. */
    synchronized void admit() {
        waiting.admit();
    }

    synchronized boolean mayBegin() {
        return applying == null && !ready.isEmpty();
    }

    synchronized void clear() {
        ready.clear();
        waiting.waiting().clear();
    }

    /** Nothing more is to be applied, or told of. */
    synchronized void abandon() {
        abandoned.set(true);
        stopped.set(true);
        if (applying != null) {
            applying.interrupt();
        }
    }

    /**
     * Tells the code of that evalq to stop, or not to begin; if it has ended, what it did is undone, before anything may
     * come that would see it.
     *
     * @return false if it does not run
     */
    synchronized boolean stop(long epoch) {
        if (epoch > evaluated) {
            stoppedBefore.add(epoch);
        } else if (evaluating && epoch == evaluated) {
            stopped.set(true);
            return true;
        } else {
            environment.undo(epoch);
        }
        return false;
    }

    /** The second step, if the first was not enough. */
    synchronized void interrupt(long epoch) {
        if (evaluating && epoch == evaluated && applying != null) {
            applying.interrupt();
        }
    }

    void applyAll(TaskLane lane, CleanThread clean) {
        while (applyNext(lane, clean)) {
            // until there is none
        }
    }

    /**
     * Applies the next one.
     *
     * @return false if there is none, or another thread is at one: that of {@link #applyAll}, which goes on with the rest,
     *     or the worker's own, to which each was announced
     */
    boolean applyNext(TaskLane lane, CleanThread clean) {
        Worker.Apply next = begin(lane);
        if (next == null) {
            return false;
        }
        try {
            identity.lease().await(machine, lane, abandoned::get);
            apply(next, lane, clean);
        } finally {
            next.contents().close();
            end();
        }
        return true;
    }

    private synchronized Worker.@Nullable Apply begin(TaskLane lane) {
        if (!mayBegin() || abandoned.get()) {
            return null;
        }
        applying = lane;
        return (Worker.Apply) ready.remove();
    }

    /** What the code of that evalq is to look at. */
    private synchronized AtomicBoolean beginCode(long epoch) {
        stopped = new AtomicBoolean(abandoned.get() || stoppedBefore.remove(epoch));
        evaluated = epoch;
        evaluating = true;
        return stopped;
    }

    /** What comes of it: nothing if it was told to stop, even if it did not listen. */
    private synchronized @Nullable Object endCode(@Nullable Object value) {
        evaluating = false;
        return stopped.get() ? Failure.thrown(new CancellationException(Messages.evalqStopped())) : value;
    }

    private synchronized void end() {
        applying = null;
    }

    private void apply(Worker.Apply apply, TaskLane lane, CleanThread before) {
        Codec codec = apply.codec();
        CleanThread clean = before.with(codec.loader());
        clean.restore(); // also for what only clears: a thread that waits must not keep what is over
        if (abandoned.get()) {
            return; // the interrupt that said so may be what was cleared just now
        }
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
        if (!abandoned.get()) {
            tell(entry.epoch(), failure, identity.supervisor().content(outcome, lane, abandoned::get));
        }
    }

    private void tell(long epoch, @Nullable Failure failure, byte[] outcome) {
        String reason = failure == null ? "" : Messages.oneLine(failure.describe());
        identity.supervisor()
                .tell(new PoolSupervisor.WorkerApplied(identity.ref(), epoch, failure != null, reason, outcome));
    }

    private @Nullable Failure set(Entry.Export export, Codec codec, Contents contents) {
        try {
            for (Map.Entry<String, byte[]> variable : export.values().entrySet()) {
                LateValue value = contents.decodeWhenUsed(codec.values(), variable.getValue());
                environment.put(variable.getKey(), value, export.epoch());
            }
            return null;
        } catch (RuntimeException e) {
            return Codec.unreadable(e);
        }
    }

    private @Nullable Object evaluate(Entry.Evalq evalq, Codec codec, Contents contents, CleanThread clean) {
        AtomicBoolean stop = beginCode(evalq.epoch());
        Object value = stop.get() ? null : run(evalq, codec, contents, stop);
        Object outcome = endCode(value);
        clean.restore(); // after that no interrupt comes that was meant for it
        return outcome;
    }

    private @Nullable Object run(Entry.Evalq evalq, Codec codec, Contents contents, AtomicBoolean stop) {
        int worker = identity.ref().worker();
        ChunkScope scope = new ChunkScope(
                identity.pool() + "-" + evalq.epoch(),
                1,
                worker,
                new Variables(environment, evalq.epoch()),
                stop,
                log,
                0,
                new Randoms(null, worker),
                codec.scripts(),
                null);
        TaskContext.enter(new TaskContext(scope, worker - 1));
        try {
            return contents.decode(codec.values(), evalq.code()) instanceof Fn0<?> code
                    ? code.apply()
                    : Failure.thrown(new IllegalArgumentException(Messages.missing("code")));
        } catch (Throwable e) {
            return e instanceof RuntimeException unchecked ? Codec.unreadable(unchecked) : Failure.thrown(e);
        } finally {
            log.tellHeldBack();
            TaskContext.enter(null);
        }
    }

    private byte[] encoded(@Nullable Object value, Codec codec) {
        return OutcomeWriter.single(codec, value, config.blob().maxSize());
    }
}
