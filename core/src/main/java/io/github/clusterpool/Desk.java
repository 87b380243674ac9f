package io.github.clusterpool;

import io.github.clusterpool.wire.WireRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
     * @param done the elements of a job whose outcomes the client has already, from an earlier host; as of a BitSet
     */
    record Do(PoolSupervisor.Command command, long[] done) implements PoolMessage {}

    /** A client has said to its desk at a new host what it still wants. */
    record AllSaid() implements PoolMessage {}

    private record Reader(ActorRef<JobEvent> replyTo, long number) {}

    /** A job of this client. */
    private static final class Held {
        /** Another client's, which this one has asked for. */
        final boolean found;

        final List<JobEvent> kept = new ArrayList<>();
        final List<Reader> readers = new ArrayList<>();
        boolean detached;
        boolean ended;

        /** The number of the last word on it; 0: not said yet. */
        long endSaid;

        Held(boolean detached, boolean found) {
            this.detached = detached;
            this.found = found;
        }

        static Held of(PoolSupervisor.JobCommand command) {
            return new Held(
                    command instanceof PoolSupervisor.Submit submit
                            && submit.work().detached(),
                    command instanceof PoolSupervisor.FindJob);
        }

        long bytes() {
            return kept.stream().mapToLong(Desk::bytes).sum();
        }
    }

    private final TimerScheduler<Command> timers;
    private final PoolConfig config;
    private final String session;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final MessageFormat format;
    private final ActorRef<JobEvent> replies;
    private final ActorRef<Talk.Said> ear;
    private final Map<Long, Held> jobs = new LinkedHashMap<>();
    private Desks.@Nullable Attach client;
    private @Nullable ActorRef<BlobPort.Command> port;
    private @Nullable Talk talk;
    private Backlog backlog;
    private boolean full;
    private long keptBytes;
    private boolean finishing;

    static Behavior<Command> create(PoolConfig config, String session, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Desk(context, timers, config, session, supervisor)));
    }

    private Desk(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            PoolConfig config,
            String session,
            ActorRef<PoolSupervisor.Command> supervisor) {
        super(context);
        context.setLoggerName(Desk.class);
        this.timers = timers;
        this.config = config;
        this.session = session;
        this.supervisor = supervisor;
        this.backlog = new Backlog(config.cluster().backlog());
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
                        jobs.keySet().stream().mapToLong(Long::longValue).toArray()));
        return this;
    }

    private void begin(Desks.Attach seated) {
        client = seated;
        timers.cancel("hold");
        timers.startTimerWithFixedDelay("tick", new Tick(), TICK);
        getContext().watchWith(seated.client(), new ClientGone());
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

    private Behavior<Command> onClientGone() {
        getContext()
                .getLog()
                .info("pool '{}': a client is gone; its jobs are cancelled but for those to outlive it", config.name());
        talk = null;
        backlog = new Backlog(config.cluster().backlog());
        tellIfFull();
        finishIfHeard();
        timers.cancel("tick");
        Map.copyOf(jobs).forEach((number, job) -> {
            if (!job.detached) {
                jobs.remove(number);
            }
            if (!job.detached && !job.found) {
                supervisor.tell(new PoolSupervisor.Cancel(number, replies));
            }
        });
        if (jobs.isEmpty()) {
            return Behaviors.stopped();
        }
        timers.startSingleTimer("hold", new HoldOver(), config.cluster().hold());
        return this;
    }

    private Behavior<Command> onHoldOver() {
        if (jobs.values().stream().anyMatch(job -> !job.ended)) {
            timers.startSingleTimer("hold", new HoldOver(), config.cluster().hold());
            return this;
        }
        return Behaviors.stopped();
    }

    private Behavior<Command> onTick() {
        Talk now = talk;
        if (now != null) {
            now.tick(System.nanoTime());
            jobs.values().removeIf(job -> {
                boolean over = job.ended && now.heardThere() >= job.endSaid;
                keptBytes -= over ? job.bytes() : 0;
                return over;
            });
        }
        return this;
    }

    private Behavior<Command> onStopped() {
        supervisor.tell(new Desks.Closed(session, replies));
        return this;
    }

    // ---- what it says

    private Behavior<Command> onCame(Came came) {
        if (talk != null) {
            talk.take(came.said(), System.nanoTime());
            backlog.taken(talk.heardThere());
            tellIfFull();
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
            boolean known = jobs.containsKey(job.job());
            if (!known) {
                jobs.put(job.job(), Held.of(job));
            }
            PoolSupervisor.JobCommand ours = job.to(replies);
            supervisor.tell(
                    (order.done().length == 0 && !known) || job instanceof PoolSupervisor.FindJob
                            ? ours
                            : new PoolSupervisor.Resume(ours, order.done()));
        } else if (order.command() instanceof PoolSupervisor.Cancel cancel) {
            supervisor.tell(new PoolSupervisor.Cancel(cancel.job(), replies));
        }
    }

    private Behavior<Command> onFinish() {
        finishing = true;
        finishIfHeard();
        return this;
    }

    private void finishIfHeard() {
        if (finishing && (talk == null || talk.isAllHeard())) {
            finishing = false;
            supervisor.tell(new HostedPool.DeskFinished(session, talk != null || jobs.isEmpty()));
        }
    }

    private Behavior<Command> onRemember(Remember earlier) {
        jobs.putIfAbsent(earlier.job(), new Held(earlier.detached(), false));
        return this;
    }

    // ---- how its jobs go

    private Behavior<Command> onTold(Told told) {
        JobEvent event = told.event();
        Held job = jobs.get(event.job());
        if (job == null) {
            return this;
        }
        long number = say(event);
        job.readers.forEach(reader -> reader.replyTo().tell(event.as(reader.number())));
        if (job.detached) {
            keep(event, job);
        }
        if (event instanceof JobEvent.Ended) {
            job.ended = true;
            job.endSaid = number;
            if (!job.detached) {
                jobs.remove(event.job());
            }
        }
        return this;
    }

    /** Returns the number of what it has said; 0: nobody is there to hear it. */
    private long say(JobEvent event) {
        Talk now = talk;
        if (now == null) {
            return 0;
        }
        byte[] content = format.encode(event);
        long number = now.say(content, System.nanoTime());
        backlog.add(number, content.length, event instanceof JobEvent.Outcomes some ? some.count() : 0);
        tellIfFull();
        return number;
    }

    private void tellIfFull() {
        if (full != backlog.isFull()) {
            full = backlog.isFull();
            supervisor.tell(new Desks.Full(replies, full));
        }
    }

    /** More than is kept for one client may still be given to one that is there. */
    private void keep(JobEvent event, Held job) {
        job.kept.add(event);
        keptBytes += bytes(event);
        if (keptBytes <= config.cluster().holdBytes()) {
            return;
        }
        getContext()
                .getLog()
                .warn(ClientMessages.notHeld(
                        config.name(), event.job(), config.cluster().holdBytes(), talk != null));
        keptBytes -= job.bytes();
        job.kept.clear();
        job.detached = false;
        if (talk == null) {
            jobs.remove(event.job());
            supervisor.tell(new PoolSupervisor.Cancel(event.job(), replies));
        }
    }

    private static long bytes(JobEvent event) {
        return event instanceof JobEvent.Outcomes some ? some.bytes().length : 0;
    }

    private Behavior<Command> onYield(Yield yield) {
        Held job = jobs.get(yield.job());
        if (job == null || !job.detached) {
            supervisor.tell(new Desks.NoSuchJob(yield.number(), yield.replyTo()));
            return this;
        }
        job.kept.forEach(event -> yield.replyTo().tell(event.as(yield.number())));
        if (!job.ended) {
            job.readers.add(new Reader(yield.replyTo(), yield.number()));
        }
        return this;
    }
}
