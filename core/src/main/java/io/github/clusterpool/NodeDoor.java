package io.github.clusterpool;

import com.typesafe.config.ConfigException;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;

/** Offers the slots of a node that has joined a cluster, and hosts a worker for each pool that takes one. */
final class NodeDoor extends AbstractBehavior<NodeDoor.Command> {
    static final String NAME = "clusterpool-door";

    static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, NAME);

    sealed interface Command {}

    /** From another member of the cluster. */
    sealed interface FromMember extends Command, PoolMessage {}

    /** Asks for the node's offer, now and whenever it changes; {@code claim} tells all others who asks. */
    record Visit(ActorRef<JoinedNodes.Command> visitor, Claim claim) implements FromMember {}

    /**
     * What a pool wants of all nodes, and has of this one.
     *
     * @param pool another name for each pool; empty: somebody only looks
     * @param used slots of this node
     * @param wants workers, on all nodes together
     * @param tags that a node must have
     */
    record Claim(String pool, int used, int wants, List<String> tags) {
        /** Keeps its own copy of the tags. */
        Claim {
            tags = List.copyOf(tags);
        }
    }

    /**
     * Asks for a worker, which then reports to {@code supervisor}.
     *
     * @param pool as its claim names it
     * @param way by which it reports, with those that were told the same number
     * @param config the pool's, as {@link WorkerSetup#text} writes it
     */
    record Host(
            String pool,
            long way,
            WorkerRef ref,
            String token,
            String config,
            ActorRef<PoolSupervisor.Command> supervisor,
            ActorRef<JoinedWorker.Command> replyTo)
            implements FromMember {}

    /** That worker is to end, if it came by that way. */
    record Release(WorkerRef ref, long way, ActorRef<PoolSupervisor.Command> supervisor) implements FromMember {}

    /** Takes no more workers, lets those that are here finish what they run, and then leaves the cluster. */
    record Drain() implements FromMember {}

    private record GuestEnded(Guest guest) implements Command {}

    private record WayEnded(To to) implements Command {}

    private record SupervisorGone(ActorRef<PoolSupervisor.Command> supervisor) implements Command {}

    private record VisitorGone(ActorRef<JoinedNodes.Command> visitor) implements Command {}

    private record GraceOver() implements Command {}

    private record Guest(To to, long start) {}

    /** What a guest's pool is called, who hosts it, and who has asked for it. */
    private record Stay(String pool, ActorRef<Greeter.Command> greeter, ActorRef<JoinedWorker.Command> asker) {}

    /** A way to a pool, by its number there. */
    private record To(ActorRef<PoolSupervisor.Command> supervisor, long way) {}

    /** What a node is called, and what it has to offer. */
    record Self(String name, int slots, List<String> tags) {}

    private final TimerScheduler<Command> timers;
    private final Self node;
    private final Duration grace;
    private final Consumer<Duration> onDrained;
    private long drainsUntil;
    private final String address;
    private final Map<Guest, Stay> guests = new LinkedHashMap<>();
    private final Map<To, ActorRef<Greeter.Command>> ways = new HashMap<>();
    private final Map<ActorRef<JoinedNodes.Command>, Claim> visitors = new LinkedHashMap<>();
    private boolean draining;
    private long started;

    /**
     * With {@code onDrained} to be done, on this actor's thread, when it has drained; it is told what is left of the grace.
     *
     * @param grace for what its workers run then
     */
    static Behavior<Command> create(Self node, Duration grace, Consumer<Duration> onDrained) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new NodeDoor(context, timers, node, grace, onDrained)));
    }

    private NodeDoor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Self node,
            Duration grace,
            Consumer<Duration> onDrained) {
        super(context);
        context.setLoggerName(NodeDoor.class);
        this.timers = timers;
        this.node = node;
        this.grace = grace;
        this.onDrained = onDrained;
        this.address = node.name() + "@" + ClusterSystem.address(context.getSystem());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Visit.class, this::onVisit)
                .onMessage(Host.class, this::onHost)
                .onMessage(Release.class, this::onRelease)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(GuestEnded.class, this::onGuestEnded)
                .onMessage(WayEnded.class, this::onWayEnded)
                .onMessage(SupervisorGone.class, this::onSupervisorGone)
                .onMessage(VisitorGone.class, this::onVisitorGone)
                .onMessage(GraceOver.class, this::onGraceOver)
                .build();
    }

    private Behavior<Command> onVisit(Visit visit) {
        Claim before = visitors.put(visit.visitor(), visit.claim());
        if (before == null) {
            getContext().watchWith(visit.visitor(), new VisitorGone(visit.visitor()));
        }
        if (visit.claim().pool().isEmpty() || visit.claim().equals(before)) {
            visit.visitor().tell(offer());
        } else {
            tellVisitors();
        }
        return this;
    }

    private JoinedNodes.Offered offer() {
        List<Claim> claims = visitors.values().stream()
                .filter(claim -> !claim.pool().isEmpty())
                .map(claim -> new Claim(claim.pool(), used(claim.pool()), claim.wants(), claim.tags()))
                .toList();
        return new JoinedNodes.Offered(
                getContext().getSelf(),
                new Places.Offer(address, node.slots(), guests.size(), draining, node.tags(), claims));
    }

    private int used(String pool) {
        return (int) guests.values().stream()
                .filter(stay -> stay.pool().equals(pool))
                .count();
    }

    private void tellVisitors() {
        JoinedNodes.Offered offer = offer();
        visitors.keySet().forEach(visitor -> visitor.tell(offer));
    }

    private Behavior<Command> onHost(Host host) {
        To to = new To(host.supervisor(), host.way());
        Guest guest = new Guest(to, host.ref().start());
        boolean hasRoom = !draining && guests.size() < node.slots() && !guests.containsKey(guest);
        ActorRef<Greeter.Command> greeter = hasRoom ? take(host, to) : null;
        if (greeter != null) {
            guests.put(guest, new Stay(host.pool(), greeter, host.replyTo()));
        }
        tellVisitors();
        host.replyTo().tell(new JoinedWorker.Answered(getContext().getSelf(), host.way(), greeter != null));
        return this;
    }

    /** Null if the pool is of another version, whose configuration says nothing here. */
    private @Nullable ActorRef<Greeter.Command> take(Host host, To to) {
        Greeter.Take first = new Greeter.Take(host.ref(), host.token());
        ActorRef<Greeter.Command> known = ways.get(to);
        if (known != null) {
            known.tell(first);
            return known;
        }
        try {
            ActorRef<Greeter.Command> greeter = greeter(host, to, first);
            ways.put(to, greeter);
            getContext().watchWith(greeter, new WayEnded(to));
            getContext().watchWith(host.supervisor(), new SupervisorGone(host.supervisor()));
            return greeter;
        } catch (ConfigException | IllegalArgumentException e) {
            getContext().getLog().warn("node '{}' cannot host a worker: {}", node.name(), e.getMessage());
            return null;
        }
    }

    private ActorRef<Greeter.Command> greeter(Host host, To to, Greeter.Take first) {
        Greeter.Self self = new Greeter.Self(WorkerSetup.config(host.config()), host.way(), first, address);
        ActorRef<Command> door = getContext().getSelf();
        Consumer<WorkerRef> onEnded = ref -> door.tell(new GuestEnded(new Guest(to, ref.start())));
        return getContext()
                .spawn(
                        Greeter.create(self, host.supervisor(), Pools::nodeLoader, Machine.real(), null, onEnded),
                        "way-" + ++started,
                        DispatcherSelector.fromConfig(Pools.DISPATCHER));
    }

    private Behavior<Command> onRelease(Release release) {
        To to = new To(release.supervisor(), release.way());
        Stay stay = guests.get(new Guest(to, release.ref().start()));
        if (stay != null) {
            stay.greeter().tell(new Greeter.Release(release.ref()));
        }
        return this;
    }

    private Behavior<Command> onGuestEnded(GuestEnded ended) {
        if (guests.remove(ended.guest()) == null) {
            return this;
        }
        tellVisitors();
        return leaveIfDrained();
    }

    /** With all who had it. Where their pool does not know that yet, they may try again. */
    private Behavior<Command> onWayEnded(WayEnded ended) {
        ways.remove(ended.to());
        Map<Guest, Stay> left = new LinkedHashMap<>(guests);
        left.keySet().removeIf(guest -> !guest.to().equals(ended.to()));
        if (left.isEmpty()) {
            return this;
        }
        JoinedWorker.Answered over =
                new JoinedWorker.Answered(getContext().getSelf(), ended.to().way(), false);
        guests.keySet().removeAll(left.keySet());
        left.values().forEach(stay -> stay.asker().tell(over));
        tellVisitors();
        return leaveIfDrained();
    }

    private Behavior<Command> onSupervisorGone(SupervisorGone gone) {
        ways.forEach((to, greeter) -> {
            if (to.supervisor().equals(gone.supervisor())) {
                getContext().stop(greeter);
            }
        });
        return this;
    }

    private Behavior<Command> onVisitorGone(VisitorGone gone) {
        visitors.remove(gone.visitor());
        tellVisitors();
        return this;
    }

    private Behavior<Command> onDrain(Drain drain) {
        if (draining) {
            return this;
        }
        draining = true;
        getContext()
                .getLog()
                .info("node '{}' drains: {} of {} slots are used", node.name(), guests.size(), node.slots());
        tellVisitors();
        drainsUntil = System.nanoTime() + grace.toNanos();
        timers.startSingleTimer("grace", new GraceOver(), grace);
        return leaveIfDrained();
    }

    private Behavior<Command> onGraceOver(GraceOver over) {
        getContext()
                .getLog()
                .warn(
                        "node '{}' leaves though {} of its workers have not finished within {}; their tasks run again"
                                + " elsewhere",
                        node.name(),
                        guests.size(),
                        grace);
        onDrained.accept(Duration.ZERO);
        return this;
    }

    private Behavior<Command> leaveIfDrained() {
        if (draining && guests.isEmpty()) {
            timers.cancel("grace");
            onDrained.accept(Duration.ofNanos(Math.max(0, drainsUntil - System.nanoTime())));
        }
        return this;
    }
}
