package io.github.clusterpool;

import io.github.clusterpool.state.Dealing;
import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Loss;
import io.github.clusterpool.wire.WireRules;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * A client's way to a pool on another member of the cluster: finds the pool, also where it is next, brings it the client's
 * jobs, and keeps them until they have ended, so that a new host can have what the old one took with it.
 */
final class ClientLine extends AbstractBehavior<ClientLine.Command> {
    /** No elements, but of a job that another host may have begun. */
    private static final long[] NONE_YET = {0};

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TICK = Duration.ofMillis(250);

    /** Ticks between two attempts to attach. */
    private static final int ATTACH_AGAIN = 4;

    sealed interface Command {}

    /** A command for the pool, and the same encoded. */
    record Send(PoolSupervisor.Command command, byte[] encoded) implements Command {}

    /** The client needs the pool no more. */
    record Close() implements Command {}

    /**
     * The pool has a desk for this client.
     *
     * @param config the pool's, as {@link WorkerSetup#text} writes it
     * @param jobs which the pool knows of this client, from an earlier host
     */
    record Attached(
            long talk,
            String config,
            ActorRef<Talk.Said> desk,
            ActorRef<BlobPort.Command> blobs,
            PoolStatus status,
            long[] jobs)
            implements Command, PoolMessage {}

    /** It has none, and never will. */
    record Refused(String reason) implements Command, PoolMessage {}

    private record Hosts(Set<ActorRef<PoolSupervisor.Command>> found) implements Command {}

    private record HostGone(ActorRef<PoolSupervisor.Command> host) implements Command {}

    private record DeskGone(long talk) implements Command {}

    private record Came(Talk.Said said) implements Command {}

    private record BlobCame() implements Command {}

    private record Tick() implements Command {}

    /** What the client's side has to offer and to hear. */
    interface Client {
        void onEvent(JobEvent event);

        /** The pool is not to be reached any more. */
        void onLost(String reason);
    }

    /** What of it is known at the client, while the pool has not said that it has ended. */
    private static final class Open {
        final PoolSupervisor.JobCommand command;
        final BitSet done = new BitSet();
        boolean said;
        boolean cancelled;

        Open(PoolSupervisor.JobCommand command) {
            this.command = command;
        }
    }

    private final TimerScheduler<Command> timers;
    private final String pool;
    private final String settings;
    private final String session;
    private final @Nullable ActorRef<CodeServer.Command> code;
    private final Client client;
    private final CompletableFuture<Attached> first;
    private final Duration patience;
    private final int pieceBytes;
    private final MessageFormat format;
    private final ActorRef<Talk.Said> ear;
    private final Map<Long, Open> open = new LinkedHashMap<>();
    private Set<ActorRef<PoolSupervisor.Command>> found = Set.of();
    private @Nullable ActorRef<PoolSupervisor.Command> host;
    private @Nullable ActorRef<BlobPort.Command> port;
    private @Nullable Talk talk;
    private long lastTalk;
    private long ports;
    private long ticks;
    private long aloneSince;
    private boolean hosted;

    /**
     * With {@code first} to be completed when the pool has been reached, or not within {@code clusterpool.cluster.start-timeout}.
     *
     * @param settings that the pool must have, when it is reached first; empty: any
     * @param code has this client's classes; null if they are not to be sent
     */
    static Behavior<Command> create(
            PoolConfig config,
            String settings,
            String session,
            @Nullable ActorRef<CodeServer.Command> code,
            Client client,
            CompletableFuture<Attached> first) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ClientLine(context, timers, config, settings, session, code, client, first)));
    }

    private ClientLine(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            PoolConfig config,
            String settings,
            String session,
            @Nullable ActorRef<CodeServer.Command> code,
            Client client,
            CompletableFuture<Attached> first) {
        super(context);
        context.setLoggerName(ClientLine.class);
        this.timers = timers;
        this.pool = config.name();
        this.settings = settings;
        this.session = session;
        this.code = code;
        this.client = client;
        this.first = first;
        this.patience = config.cluster().startTimeout();
        this.pieceBytes = config.threshold();
        this.format = new MessageFormat(new PekkoRefs(context.getSystem()), WireRules.MOST_BYTES);
        this.ear = context.messageAdapter(Talk.Said.class, Came::new);
        this.aloneSince = System.nanoTime();
        ActorRef<Receptionist.Listing> listings = context.messageAdapter(
                Receptionist.Listing.class,
                listing -> new Hosts(listing.getServiceInstances(PoolSupervisor.key(pool))));
        context.getSystem().receptionist().tell(Receptionist.subscribe(PoolSupervisor.key(pool), listings));
        timers.startTimerWithFixedDelay("tick", new Tick(), TICK);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Send.class, this::onSend)
                .onMessage(Came.class, this::onCame)
                .onMessage(BlobCame.class, blob -> hear())
                .onMessage(Attached.class, this::onAttached)
                .onMessage(Refused.class, this::onRefused)
                .onMessage(Hosts.class, this::onHosts)
                .onMessage(HostGone.class, this::onHostGone)
                .onMessage(DeskGone.class, this::onDeskGone)
                .onMessage(Tick.class, tick -> onTick())
                .onMessage(Close.class, this::onClose)
                .onSignal(PostStop.class, stopped -> onStopped())
                .build();
    }

    // ---- the pool's host

    private Behavior<Command> onHosts(Hosts hosts) {
        found = hosts.found();
        ActorRef<PoolSupervisor.Command> left = host;
        if (left != null && !found.isEmpty() && !found.contains(left)) {
            Behavior<Command> next = leaveHost(left);
            if (next != this) {
                return next;
            }
        }
        choose();
        return this;
    }

    private void choose() {
        List<ActorRef<PoolSupervisor.Command>> there = Ages.there(getContext().getSystem(), found);
        if (host == null && !there.isEmpty()) {
            host = there.get(0);
            getContext().watchWith(host, new HostGone(host));
            attach();
        }
    }

    private void attach() {
        ActorRef<PoolSupervisor.Command> to = host;
        if (to == null) {
            return;
        }
        if (port == null) {
            lastTalk = RANDOM.nextLong();
            port = getContext().spawn(BlobPort.create(pieceBytes, null), "blobs-" + ++ports, BlobPort.props());
        }
        to.tell(new Desks.Attach(
                session,
                lastTalk,
                first.isDone() ? "" : settings,
                ear,
                port,
                code,
                getContext().getSelf()));
    }

    private Behavior<Command> onAttached(Attached attached) {
        ActorRef<BlobPort.Command> own = port;
        if (talk != null || own == null || attached.talk() != lastTalk) {
            return this;
        }
        PoolConfig config = WorkerSetup.config(attached.config());
        hosted = config.cluster().hosted();
        own.tell(new BlobPort.Connect(attached.blobs()));
        ActorRef<Command> self = getContext().getSelf();
        talk = new Talk(
                Talk.Side.CLIENT,
                lastTalk,
                new BlobLink(own, config.threshold()),
                attached.desk()::tell,
                () -> self.tell(new BlobCame()));
        getContext().watchWith(attached.desk(), new DeskGone(lastTalk));
        first.complete(attached);
        sayAgain(new HashSet<>(boxed(attached.jobs())));
        return this;
    }

    private Behavior<Command> onRefused(Refused refused) {
        first.completeExceptionally(
                settings.isEmpty() ? new PoolException(refused.reason()) : new PoolStartException(refused.reason()));
        return lost(refused.reason());
    }

    private static List<Long> boxed(long[] numbers) {
        List<Long> all = new ArrayList<>();
        for (long number : numbers) {
            all.add(number);
        }
        return all;
    }

    /** A new host has what was not done, in the order in which it was given; what must not run twice only if it knows it. */
    private void sayAgain(Set<Long> known) {
        for (Open job : List.copyOf(open.values())) {
            if (job.said && !known.contains(job.command.job()) && isAtMostOnce(job.command)) {
                giveUp(job);
            } else if (job.command instanceof PoolSupervisor.FindJob find && !job.done.isEmpty()) {
                deliver(new JobEvent.Ended(find.job(), 0, new Ending.LostWithHost(), PoolStatus.none(pool)));
            } else {
                long[] done = job.said && job.done.isEmpty() ? NONE_YET : job.done.toLongArray();
                job.said = true;
                say(format.encode(new Desk.Do(job.command, done)));
                if (job.cancelled) {
                    sayCancel(job.command); // the host before may have gone before it could
                }
            }
        }
        say(format.encode(new Desk.AllSaid()));
    }

    private void sayCancel(PoolSupervisor.JobCommand job) {
        say(format.encode(new Desk.Do(new PoolSupervisor.Cancel(job.job(), job.replyTo()), new long[0])));
    }

    private static boolean isAtMostOnce(PoolSupervisor.JobCommand command) {
        return command instanceof PoolSupervisor.Submit submit
                && submit.work().rules().retries() == 0;
    }

    private void giveUp(Open job) {
        PoolSupervisor.Submit submit = (PoolSupervisor.Submit) job.command;
        if (submit.work().rules().dealing() == Dealing.EVERY_WORKER) {
            deliver(new JobEvent.Ended(submit.job(), 0, new Ending.LostWithHost(), PoolStatus.none(pool)));
            return;
        }
        int size = submit.work().size();
        for (int first = job.done.nextClearBit(0); first < size; ) {
            int end = job.done.nextSetBit(first);
            end = end < 0 || end > size ? size : end;
            Loss loss = new Loss(Loss.Kind.WORKER_LOST, 0, 1, ClientMessages.lostWithHost(pool), List.of());
            deliver(new JobEvent.Failed(submit.job(), first, end - first, loss));
            first = job.done.nextClearBit(end);
        }
        deliver(new JobEvent.Ended(submit.job(), size, new Ending.Completed(), PoolStatus.none(pool)));
    }

    private Behavior<Command> onHostGone(HostGone gone) {
        return gone.host().equals(host) ? leaveHost(gone.host()) : this;
    }

    /** It goes with its pool, or by an error; either way nobody answers any more. */
    private Behavior<Command> onDeskGone(DeskGone gone) {
        ActorRef<PoolSupervisor.Command> left = host;
        return left != null && talk != null && gone.talk() == lastTalk ? leaveHost(left) : this;
    }

    private Behavior<Command> leaveHost(ActorRef<PoolSupervisor.Command> left) {
        getContext().unwatch(left);
        host = null;
        talk = null;
        if (port != null) {
            getContext().stop(port);
            port = null;
        }
        aloneSince = System.nanoTime();
        return first.isDone() && !hosted ? lost(ClientMessages.ownerGone(pool)) : this;
    }

    private Behavior<Command> lost(String reason) {
        client.onLost(reason);
        return Behaviors.stopped();
    }

    private Behavior<Command> onTick() {
        Talk now = talk;
        if (now != null) {
            now.tick(System.nanoTime());
        } else if (System.nanoTime() - aloneSince > patience.toNanos()) {
            String reason = first.isDone()
                    ? ClientMessages.noHost(pool, patience)
                    : ClientMessages.notOnCluster(pool, patience);
            first.completeExceptionally(new PoolMissingException(reason));
            return lost(reason);
        } else if (++ticks % ATTACH_AGAIN == 0) {
            choose();
            attach();
        }
        return this;
    }

    // ---- what is said

    /** Without a host it waits among what is open. */
    private Behavior<Command> onSend(Send send) {
        if (send.command() instanceof PoolSupervisor.JobCommand job) {
            Open opened = new Open(job);
            opened.said = talk != null;
            open.put(job.job(), opened);
        } else if (send.command() instanceof PoolSupervisor.Cancel cancel) {
            Open cancelled = open.get(cancel.job());
            if (cancelled != null) {
                cancelled.cancelled = true;
            }
        }
        say(send.encoded());
        return this;
    }

    private void say(byte[] encoded) {
        if (talk != null) {
            talk.say(encoded, System.nanoTime());
        }
    }

    // ---- what is heard

    private Behavior<Command> onCame(Came came) {
        if (talk != null) {
            talk.take(came.said(), System.nanoTime());
        }
        return hear();
    }

    private Behavior<Command> hear() {
        if (talk != null) {
            talk.hear(content -> {
                if (format.decode(content) instanceof JobEvent event) {
                    deliver(event);
                }
            });
        }
        return this;
    }

    private void deliver(JobEvent event) {
        Open job = open.get(event.job());
        if (job == null) {
            return;
        }
        if (event instanceof JobEvent.Outcomes some) {
            job.done.set(some.first(), some.first() + some.count());
        } else if (event instanceof JobEvent.Failed some) {
            job.done.set(some.first(), some.first() + some.count());
        } else if (event instanceof JobEvent.Ended) {
            open.remove(event.job());
        }
        client.onEvent(event);
    }

    // ---- the end

    /** Says that all is over, so that nobody has to find out; what is left of it the pool does by itself. */
    private Behavior<Command> onClose(Close close) {
        return Behaviors.stopped();
    }

    private Behavior<Command> onStopped() {
        timers.cancelAll();
        first.completeExceptionally(new PoolClosedException(Messages.poolClosed(pool)));
        client.onLost(Messages.poolClosed(pool));
        return this;
    }
}
