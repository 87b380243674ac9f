package io.github.clusterpool;

import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Contents;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Runs one chunk at a time on a thread of its own, and keeps an eye on that thread: user code never runs here. Beside a
 * chunk whose task has given the pool a job, and so waits, another may run, on a thread of its own.
 *
 * <p>Every life begins by telling the supervisor, who answers with the pool's state before any task.
 */
final class Worker extends AbstractBehavior<Worker.Command> {
    /** So long code that looks at {@link TaskContext#isCancelled} has to stop in its own way. */
    private static final Duration TO_LOOK_AT_THE_FLAG = Duration.ofMillis(50);

    sealed interface Command {}

    /** A command for the worker's thread, which has to wait for the blobs that it refers to. */
    sealed interface Timely extends Command {
        boolean isSettled();
    }

    record Run(NodeHost.RunChunk chunk, JobCode code, Contents arguments) implements Timely {
        @Override
        public boolean isSettled() {
            return code.isSettled() && arguments.areSettled();
        }
    }

    record Apply(WorkerRef ref, Entry entry, long floor, Codec codec, Contents contents) implements Timely {
        @Override
        public boolean isSettled() {
            return contents.areSettled();
        }
    }

    /** How a job goes that one of its tasks has given to the pool. */
    record Hear(WorkerRef ref, JobEvent event, Contents contents) implements Timely {
        @Override
        public boolean isSettled() {
            return contents.areSettled();
        }

        JobEvent whole() {
            return event instanceof JobEvent.Outcomes some ? some.withBytes(contents.bytes(some.bytes())) : event;
        }
    }

    /** One of the node's blobs has come. */
    record LookAtBlobs() implements Command {}

    record Cancel(long job) implements Command {}

    record StopEvalq(WorkerRef ref, long epoch) implements Command {}

    record Recall(long[] runs) implements Command {}

    record Stop() implements Command {}

    private record Interrupt(long job) implements Command {}

    private record InterruptEvalq(long epoch) implements Command {}

    private record LookAtClock() implements Command {}

    private record ThreadDied(Throwable error) implements Command {}

    /** Who a worker is, and for whom it works. */
    record Identity(
            String pool,
            WorkerRef ref,
            String node,
            Uplink supervisor,
            Lease lease,
            TaskClock clock,
            ActorRef<DriverLog.Line> log,
            int logLevel,
            ActorSystem<?> system) {
        Identity withRef(WorkerRef other) {
            return new Identity(pool, other, node, supervisor, lease, clock, log, logLevel, system);
        }
    }

    private final Identity identity;
    private final TaskThread thread;
    private final TimerScheduler<Command> timers;

    static Behavior<Command> create(Identity identity, PoolConfig config, Machine machine) {
        PoolConfig.Restart restart = config.restart();
        AtomicLong incarnation = new AtomicLong(identity.ref().incarnation());
        Behavior<Command> life = Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            WorkerRef ref = new WorkerRef(identity.ref().worker(), incarnation.getAndIncrement());
            return new Worker(context, timers, identity.withRef(ref), config, machine);
        }));
        return Behaviors.supervise(life)
                .onFailure(
                        RuntimeException.class,
                        SupervisorStrategy.restartWithBackoff(restart.minBackoff(), restart.maxBackoff(), 0)
                                .withMaxRestarts(restart.limit()));
    }

    private Worker(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Identity identity,
            PoolConfig config,
            Machine machine) {
        super(context);
        this.identity = identity;
        this.timers = timers;
        ActorRef<Command> self = context.getSelf();
        this.thread = new TaskThread(identity, config, machine, error -> self.tell(new ThreadDied(error)));
        thread.start();
        identity.supervisor()
                .tell(new PoolSupervisor.WorkerUp(
                        identity.ref(), identity.node(), ProcessHandle.current().pid()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Run.class, this::onRun)
                .onMessage(Apply.class, this::onApply)
                .onMessage(Hear.class, this::onHear)
                .onMessage(LookAtBlobs.class, this::onLookAtBlobs)
                .onMessage(Cancel.class, this::onCancel)
                .onMessage(StopEvalq.class, this::onStopEvalq)
                .onMessage(Recall.class, this::onRecall)
                .onMessage(Interrupt.class, this::onInterrupt)
                .onMessage(InterruptEvalq.class, this::onInterruptEvalq)
                .onMessage(Stop.class, this::onStop)
                .onMessage(LookAtClock.class, this::onLookAtClock)
                .onMessage(ThreadDied.class, this::onThreadDied)
                .onSignal(PreRestart.class, signal -> abandonThread())
                .onSignal(PostStop.class, signal -> abandonThread())
                .build();
    }

    private Behavior<Command> onRun(Run run) {
        if (run.chunk().ref().equals(identity.ref())) {
            long timeout = run.code().header().taskTimeoutNanos();
            if (timeout > 0 && !timers.isTimerActive("clock")) {
                Duration every = Duration.ofNanos(Math.max(5_000_000, Math.min(timeout / 4, 250_000_000)));
                timers.startTimerWithFixedDelay("clock", new LookAtClock(), every);
            }
            thread.run(run);
        }
        return this;
    }

    private Behavior<Command> onApply(Apply apply) {
        if (apply.ref().equals(identity.ref())) {
            thread.apply(apply);
        }
        return this;
    }

    private Behavior<Command> onHear(Hear hear) {
        if (hear.ref().equals(identity.ref())) {
            thread.hear(hear);
        }
        return this;
    }

    private Behavior<Command> onLookAtBlobs(LookAtBlobs look) {
        thread.admit();
        return this;
    }

    private Behavior<Command> onCancel(Cancel cancel) {
        if (thread.cancel(cancel.job())) {
            Interrupt next = new Interrupt(cancel.job());
            timers.startSingleTimer(next, next, TO_LOOK_AT_THE_FLAG);
        }
        return this;
    }

    private Behavior<Command> onStopEvalq(StopEvalq stop) {
        if (stop.ref().equals(identity.ref()) && thread.stopEvalq(stop.epoch())) {
            InterruptEvalq next = new InterruptEvalq(stop.epoch());
            timers.startSingleTimer(next, next, TO_LOOK_AT_THE_FLAG);
        }
        return this;
    }

    /** Numbers of runs are not used twice in all the lives of all workers, so that this meets no other. */
    private Behavior<Command> onRecall(Recall recall) {
        thread.giveBack(recall.runs());
        return this;
    }

    private Behavior<Command> onInterrupt(Interrupt interrupt) {
        thread.interrupt(interrupt.job());
        return this;
    }

    private Behavior<Command> onInterruptEvalq(InterruptEvalq interrupt) {
        thread.interruptEvalq(interrupt.epoch());
        return this;
    }

    /** Told while it was being restarted, a worker hears of its end by this alone: Pekko then sends it no signal. */
    private Behavior<Command> onStop(Stop stop) {
        thread.abandon();
        return Behaviors.stopped();
    }

    private Behavior<Command> onLookAtClock(LookAtClock look) {
        if (!thread.checkTaskTime()) {
            timers.cancel("clock");
        }
        return this;
    }

    /** The environment went with the thread: only a new life, with the pool's state, is any good. */
    private Behavior<Command> onThreadDied(ThreadDied died) {
        throw new IllegalStateException("the thread of worker " + identity.ref().worker() + " died", died.error());
    }

    private Behavior<Command> abandonThread() {
        thread.abandon();
        return this;
    }
}
