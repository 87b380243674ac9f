package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import io.github.clusterpool.wire.WireRules;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A pool's side of one client on another member: takes its jobs in whole and once, tells it how they go, and cancels them
 * when it is gone; but for those that are to outlive it, whose outcomes it keeps for a while for whoever asks by their id.
 */
final class Desk extends AbstractBehavior<Desk.Command> {
    private static final Duration TICK = Duration.ofMillis(250);

    sealed interface Command {}

    /** The client is there. */
    record Seat(Desks.Attach client, PoolStatus status) implements Command {}

    /** Another client asks for a job of this one, under a number of its own. */
    record Yield(long job, ActorRef<JobEvent> replyTo, long number) implements Command {}

    /** An earlier host had that job for this client. */
    record Remember(long job, boolean detached) implements Command {}

    /** A job of this client that has ended under an earlier host. */
    record Restore(HeldResults results) implements Command {}

    /** The pool goes elsewhere as soon as the client has heard all. */
    record Finish() implements Command {}

    private record Came(Talk.Said said) implements Command {}

    private record BlobCame() implements Command {}

    private record Told(JobEvent event) implements Command {}

    private record ClientGone() implements Command {}

    private record HoldOver() implements Command {}

    private record Tick() implements Command {}

    /**
     * What a client says to its desk.
     *
     * @param done the elements of a job whose outcomes the client has already, from an earlier host; as of a BitSet; no words at
     *     all: no earlier host had it
     */
    record Do(PoolSupervisor.Command command, long[] done) implements PoolMessage {}

    /** A client has said to its desk at a new host what it still wants. */
    record AllSaid() implements PoolMessage {}

    private final TimerScheduler<Command> timers;
    private final PoolConfig config;
    private final String session;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final MessageFormat format;
    private final ActorRef<JobEvent> replies;
    private final ActorRef<Talk.Said> ear;
    private final HeldJobs jobs;
    private Desks.@Nullable Attach client;
    private @Nullable ActorRef<Vigil.Command> vigil;
    private @Nullable ActorRef<BlobPort.Command> port;
    private @Nullable Talk talk;
    private final Backlog backlog;
    private boolean finishing;

    /** Counts in {@code backlog} what its client takes of what the pool tells it. */
    static Behavior<Command> create(
            PoolConfig config, String session, Backlog backlog, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Desk(context, timers, config, session, backlog, supervisor)));
    }

    private Desk(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            PoolConfig config,
            String session,
            Backlog backlog,
            ActorRef<PoolSupervisor.Command> supervisor) {
        super(context);
        context.setLoggerName(Desk.class);
        this.timers = timers;
        this.config = config;
        this.session = session;
        this.supervisor = supervisor;
        this.jobs = new HeldJobs(config.cluster());
        this.backlog = backlog;
        this.format = new MessageFormat(new PekkoRefs(context.getSystem()), WireRules.MOST_BYTES);
        this.replies = context.messageAdapter(JobEvent.class, Told::new);
        this.ear = context.messageAdapter(Talk.Said.class, Came::new);
        timers.startSingleTimer("hold", new HoldOver(), config.cluster().hold());
        supervisor.tell(new Desks.Opened(session, replies));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Came.class, this::onCame)
                .onMessage(Told.class, this::onTold)
                .onMessage(BlobCame.class, blob -> hear())
                .onMessage(Seat.class, this::onSeat)
                .onMessage(Yield.class, this::onYield)
                .onMessage(Remember.class, this::onRemember)
                .onMessage(Restore.class, this::onRestore)
                .onMessage(Finish.class, finish -> onFinish())
                .onMessage(ClientGone.class, gone -> onClientGone())
                .onMessage(HoldOver.class, over -> onHoldOver())
                .onMessage(Tick.class, tick -> onTick())
                .onSignal(PostStop.class, stopped -> onStopped())
                .build();
    }

    // ---- the client

    private Behavior<Command> onSeat(Seat seat) {
        if (client == null) {
            begin(seat.client());
        }
        Desks.Attach seated = client;
        ActorRef<BlobPort.Command> own = port;
        if (seated == null || own == null || !seated.equals(seat.client())) {
            return this; // a session has one client; it is not to be had by another
        }
        seated.replyTo()
                .tell(new ClientLine.Attached(
                        seated.talk(),
                        WorkerSetup.text(config),
                        ear,
                        own,
                        seat.status(),
                        jobs.numbers().stream().mapToLong(Long::longValue).toArray()));
        return this;
    }

    private void begin(Desks.Attach seated) {
        client = seated;
        timers.cancel("hold");
        timers.startTimerWithFixedDelay("tick", new Tick(), TICK);
        watch(seated.client());
        ActorRef<BlobPort.Command> own =
                getContext().spawn(BlobPort.create(config.threshold(), null), BlobPort.NAME, BlobPort.props());
        own.tell(new BlobPort.Connect(seated.blobs()));
        port = own;
        ActorRef<Command> self = getContext().getSelf();
        talk = new Talk(
                Talk.Side.POOL,
                seated.talk(),
                new BlobLink(own, config.threshold()),
                seated.client()::tell,
                () -> self.tell(new BlobCame()));
    }

    /** Instead of whom it has watched before. */
    private void watch(ActorRef<?> next) {
        if (vigil != null) {
            getContext().unwatch(vigil);
            getContext().stop(vigil);
        }
        vigil = getContext().spawnAnonymous(Vigil.over(next));
        getContext().watchWith(vigil, new ClientGone());
    }

    private Behavior<Command> onClientGone() {
        getContext()
                .getLog()
                .info("pool '{}': a client is gone; its jobs are cancelled but for those to outlive it", config.name());
        talk = null;
        tellIf(backlog.close());
        finishIfHeard();
        timers.cancel("tick");
        for (HeldJobs.Held job : jobs.all()) {
            if (!job.detached) {
                jobs.remove(job);
            }
            if (!job.isKept() && !job.found) {
                supervisor.tell(new PoolSupervisor.Cancel(job.number, replies));
            }
        }
        return holdOn();
    }

    /** Without a client there is nothing left to do but to keep what is to be kept. */
    private Behavior<Command> holdOn() {
        if (jobs.isEmpty()) {
            return Behaviors.stopped();
        }
        Duration next = Duration.ofNanos(Math.max(0, jobs.nextNanos(System.nanoTime())));
        timers.startSingleTimer("hold", new HoldOver(), next);
        return this;
    }

    private Behavior<Command> onHoldOver() {
        letGo(jobs.tooOld(System.nanoTime()));
        if (client == null) {
            jobs.removeAttached(); // it has died with the host before
        }
        return holdOn();
    }

    private Behavior<Command> onTick() {
        long now = System.nanoTime();
        if (talk != null) {
            talk.tick(now);
        }
        letGo(jobs.tooOld(now));
        return this;
    }

    private void letGo(List<HeldJobs.Held> over) {
        over.forEach(job -> supervisor.tell(new HostedPool.LetGo(session, job.number)));
    }

    private Behavior<Command> onStopped() {
        supervisor.tell(new Desks.Closed(session, replies));
        return this;
    }

    // ---- what it says

    private Behavior<Command> onCame(Came came) {
        if (talk != null) {
            talk.take(came.said(), System.nanoTime());
            tellIf(backlog.taken(talk.heardThere()));
        }
        finishIfHeard();
        return hear();
    }

    private Behavior<Command> hear() {
        if (talk != null) {
            talk.hear(content -> take(format.decode(content)));
        }
        return this;
    }

    private void take(PoolMessage message) {
        if (message instanceof Do order) {
            take(order);
        } else if (message instanceof AllSaid) {
            supervisor.tell(new HostedPool.AllSaid(session));
        }
    }

    private void take(Do order) {
        if (order.command() instanceof PoolSupervisor.JobCommand job) {
            take(job, order.done());
        } else if (order.command() instanceof PoolSupervisor.Cancel cancel) {
            supervisor.tell(new PoolSupervisor.Cancel(cancel.job(), replies));
        }
    }

    /** What has ended under an earlier host is not begun again. */
    private void take(PoolSupervisor.JobCommand command, long[] done) {
        HeldJobs.Held known = jobs.get(command.job());
        HeldJobs.Held job = jobs.add(command, !BitSet.valueOf(done).isEmpty());
        if (job.isLost()) {
            endReaders(job);
        }
        PoolSupervisor.JobCommand ours = command.to(replies);
        if (job.isEnded()) {
            sayRest(job, BitSet.valueOf(done));
        } else if ((done.length == 0 && known == null) || command instanceof PoolSupervisor.FindJob) {
            supervisor.tell(ours);
        } else {
            supervisor.tell(new PoolSupervisor.Resume(ours, done));
        }
    }

    /** Who has asked before it was known that some outcomes are no more would take what is left for all. */
    private void endReaders(HeldJobs.Held job) {
        job.readers().forEach(reader -> tell(reader, lost(job.number)));
        job.readers().clear();
    }

    private void tell(HeldJobs.Reader reader, JobEvent event) {
        reader.replyTo().tell(event.as(reader.number()));
        if (event instanceof JobEvent.Ended) {
            supervisor.tell(new Desks.FoundEnded(reader.number(), reader.replyTo()));
        }
    }

    private void sayRest(HeldJobs.Held job, BitSet done) {
        if (job.isLost()) {
            say(lost(job.number));
        }
        for (JobEvent event : job.kept()) {
            boolean isThere = (event instanceof JobEvent.Outcomes some && done.get(some.first()))
                    || (event instanceof JobEvent.Failed failed && done.get(failed.first()));
            if (!isThere) {
                sayBeside(event);
            }
        }
    }

    private JobEvent.Ended lost(long number) {
        return new JobEvent.Ended(number, 0, new Ending.LostWithHost(), PoolStatus.none(config.name()));
    }

    private Behavior<Command> onFinish() {
        finishing = true;
        finishIfHeard();
        return this;
    }

    private void finishIfHeard() {
        if (finishing && (talk == null || talk.isAllHeard())) {
            finishing = false;
            supervisor.tell(new HostedPool.DeskFinished(session, talk != null || jobs.isAllEnded()));
        }
    }

    private Behavior<Command> onRemember(Remember earlier) {
        jobs.remember(earlier.job(), earlier.detached());
        return this;
    }

    private Behavior<Command> onRestore(Restore restore) {
        jobs.restore(restore.results(), System.nanoTime());
        return this;
    }

    // ---- how its jobs go

    private Behavior<Command> onTold(Told told) {
        JobEvent event = told.event();
        HeldJobs.Held job = jobs.get(event.job());
        if (job == null) {
            tellIf(backlog.drop(event));
            return this;
        }
        if (job.found) {
            sayBeside(event);
        } else {
            say(event);
        }
        job.readers().forEach(reader -> tell(reader, event));
        jobs.keep(job, event);
        if (event instanceof JobEvent.Ended) {
            jobs.end(job, System.nanoTime());
        }
        keepWithin(job);
        if (job.isEnded() && job.detached) {
            supervisor.tell(
                    job.isKept()
                            ? new HostedPool.Hold(new HeldResults(session, job.number, job.kept(), job.isLost()))
                            : new HostedPool.LetGo(session, job.number));
        }
        boolean isLeft = client != null && talk == null;
        return job.isEnded() && isLeft ? holdOn() : this;
    }

    /** More than is kept for one client may still be given to one that is there. */
    private void keepWithin(HeldJobs.Held last) {
        List<HeldJobs.Held> over = jobs.tooMuch(last);
        letGo(over.stream().filter(job -> job != last).toList());
        if (!over.contains(last)) {
            return;
        }
        getContext()
                .getLog()
                .warn(ClientMessages.notHeld(
                        config.name(), last.number, config.cluster().holdBytes(), talk != null));
        if (last.isEnded()) {
            jobs.remove(last);
        } else if (talk == null) {
            supervisor.tell(new PoolSupervisor.Cancel(last.number, replies));
        }
    }

    /** What the pool has counted. */
    private void say(JobEvent event) {
        Talk now = talk;
        if (now == null) {
            tellIf(backlog.drop(event));
        } else {
            backlog.said(now.say(format.encode(event), System.nanoTime()), event);
        }
    }

    /** What comes from here, or from another desk. */
    private void sayBeside(JobEvent event) {
        tellIf(backlog.add(event));
        say(event);
    }

    private void tellIf(boolean change) {
        if (change) {
            supervisor.tell(new PoolSupervisor.ClientFull(replies));
        }
    }

    private Behavior<Command> onYield(Yield yield) {
        HeldJobs.Held job = jobs.get(yield.job());
        HeldJobs.Reader reader = new HeldJobs.Reader(yield.replyTo(), yield.number());
        if (job == null || !job.isKept()) {
            supervisor.tell(new Desks.NoSuchJob(yield.number(), yield.replyTo()));
        } else if (job.isLost()) {
            tell(reader, lost(job.number));
        } else {
            job.kept().forEach(event -> tell(reader, event));
            if (!job.isEnded()) {
                job.readers().add(reader);
            }
        }
        return this;
    }
}
