package io.github.clusterpool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/** Knows the nodes of the cluster and their offers, and gives each of a pool's workers a place on one of them. */
final class JoinedNodes extends AbstractBehavior<JoinedNodes.Command> {
    sealed interface Command {}

    /** What a node has to offer. */
    record Offered(ActorRef<NodeDoor.Command> door, Places.Offer offer) implements Command, PoolMessage {}

    /** The pool is to have so many workers on nodes. */
    record Sized(int workers, ActorRef<PoolSupervisor.Command> supervisor) implements Command {}

    /** The pool is gone. */
    record Close() implements Command {}

    /** Asks for a place. */
    record Place(ActorRef<JoinedWorker.Command> worker) implements Command {}

    /** The node counts that worker itself now, or has not taken it. */
    record Settled(ActorRef<JoinedWorker.Command> worker) implements Command {}

    /** That node has lost a worker. */
    record Doubt(ActorRef<NodeDoor.Command> door) implements Command {}

    /** Asks what there is, in words. */
    record Explain(ActorRef<JoinedWorker.Command> worker) implements Command {}

    /** Asks for all nodes that have answered, after so long as others may take to do so. */
    record ListNodes(ActorRef<List<NodeStatus>> replyTo) implements Command {}

    /** Asks a node to drain; answers with its name, or with nothing if there is none of that name. */
    record DrainNode(String name, ActorRef<List<NodeStatus>> replyTo) implements Command {}

    private record Doors(Set<ActorRef<NodeDoor.Command>> doors) implements Command {}

    private record DoorGone(ActorRef<NodeDoor.Command> door) implements Command {}

    private record WorkerEnded(ActorRef<JoinedWorker.Command> worker) implements Command {}

    /** Nodes may be members already whose offers have not come. */
    private record LookRound(int turn) implements Command {}

    /** What was said to a node may have been lost on the way. */
    private record VisitAgain() implements Command {}

    /** Time to see whether the workers are where they should be. */
    private record LookAtPlaces() implements Command {}

    private record Again(Command question, int turn) implements Command {}

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int LOOKS = 50;
    private static final Duration VISIT_AGAIN = Duration.ofSeconds(2);

    private static final Duration BETWEEN_MOVES = Duration.ofMillis(250);

    private final String pool;
    private final List<String> onNodes;
    private final boolean rebalances;
    private final TimerScheduler<Command> timers;
    private final Places<ActorRef<NodeDoor.Command>, ActorRef<JoinedWorker.Command>> places;
    private final Set<ActorRef<NodeDoor.Command>> doors = new HashSet<>();
    private final Deque<ActorRef<JoinedWorker.Command>> waiting = new ArrayDeque<>();
    private final Map<ActorRef<JoinedWorker.Command>, ActorRef<NodeDoor.Command>> living = new LinkedHashMap<>();

    /** Those that were told to leave their node, and whether for another one. */
    private final Map<ActorRef<JoinedWorker.Command>, Boolean> going = new LinkedHashMap<>();

    private final Cluster cluster;
    private @Nullable ActorRef<PoolSupervisor.Command> supervisor;
    private int wants;
    private int invited;
    private boolean open;

    /** Of somebody who only looks. */
    static Behavior<Command> create() {
        return create("", List.of(), false);
    }

    /** Of that pool, on nodes with these tags. */
    static Behavior<Command> create(String pool, List<String> onNodes, boolean rebalances) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new JoinedNodes(context, timers, pool, onNodes, rebalances)));
    }

    private JoinedNodes(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String pool,
            List<String> onNodes,
            boolean rebalances) {
        super(context);
        this.timers = timers;
        timers.startTimerWithFixedDelay(new VisitAgain(), VISIT_AGAIN);
        this.pool = pool;
        this.onNodes = onNodes;
        this.rebalances = rebalances;
        this.places = new Places<>(pool, onNodes);
        this.cluster = Cluster.get(context.getSystem());
        context.getSelf().tell(new LookRound(0));
        ActorRef<Receptionist.Listing> listings = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Doors(listing.getAllServiceInstances(NodeDoor.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(NodeDoor.KEY, listings));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Offered.class, this::onOffered)
                .onMessage(Sized.class, this::onSized)
                .onMessage(Close.class, close -> Behaviors.stopped())
                .onMessage(LookAtPlaces.class, this::onLookAtPlaces)
                .onMessage(Place.class, this::onPlace)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(Doubt.class, this::onDoubt)
                .onMessage(Explain.class, this::onExplain)
                .onMessage(ListNodes.class, list -> onList(list, 0))
                .onMessage(DrainNode.class, drain -> onDrainNode(drain, 0))
                .onMessage(Doors.class, this::onDoors)
                .onMessage(DoorGone.class, this::onDoorGone)
                .onMessage(WorkerEnded.class, this::onWorkerEnded)
                .onMessage(LookRound.class, this::onLookRound)
                .onMessage(VisitAgain.class, this::onVisitAgain)
                .onMessage(Again.class, this::onAgain)
                .build();
    }

    // ---- nodes

    private Behavior<Command> onDoors(Doors found) {
        for (ActorRef<NodeDoor.Command> door : found.doors()) {
            if (doors.add(door)) {
                getContext().watchWith(door, new DoorGone(door));
                visit(door);
            }
        }
        return this;
    }

    /** The first workers are to be spread over all nodes, and not to crowd on whichever is heard of first. */
    private Behavior<Command> onLookRound(LookRound look) {
        open = isWhole() || look.turn() == LOOKS;
        if (open) {
            placeAll();
        } else {
            getContext().scheduleOnce(LOOK_AGAIN, getContext().getSelf(), new LookRound(look.turn() + 1));
        }
        return this;
    }

    private boolean isWhole() {
        long there = StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> member.hasRole(SystemConfig.NODE_ROLE)
                        && member.status().equals(MemberStatus.up())
                        && !cluster.state().getUnreachable().contains(member))
                .count();
        return places.count() > 0 && places.count() >= there;
    }

    private void visit(ActorRef<NodeDoor.Command> door) {
        door.tell(new NodeDoor.Visit(getContext().getSelf(), new NodeDoor.Claim(pool, 0, wants, onNodes)));
    }

    private Behavior<Command> onVisitAgain(VisitAgain again) {
        doors.stream().filter(door -> !places.isSure(door)).forEach(this::visit);
        return this;
    }

    private Behavior<Command> onOffered(Offered offered) {
        if (!doors.contains(offered.door())) {
            return this;
        }
        places.offered(offered.door(), offered.offer());
        if (offered.offer().draining()) {
            living.forEach((worker, door) -> {
                if (door.equals(offered.door())) {
                    worker.tell(new JoinedWorker.NodeDrains(offered.offer().name()));
                }
            });
        }
        placeAll();
        lookSoon();
        return this;
    }

    private Behavior<Command> onSized(Sized sized) {
        supervisor = sized.supervisor();
        wants = sized.workers();
        places.wants(wants);
        doors.forEach(this::visit);
        return this;
    }

    // ---- where workers should be

    private void lookSoon() {
        if (!pool.isEmpty() && !timers.isTimerActive("places")) {
            timers.startSingleTimer("places", new LookAtPlaces(), BETWEEN_MOVES);
        }
    }

    /** One move at a time: each changes what the next one is for. */
    private Behavior<Command> onLookAtPlaces(LookAtPlaces look) {
        invite();
        ActorRef<NodeDoor.Command> surplus = rebalances && open ? places.surplus() : null;
        ActorRef<NodeDoor.Command> from =
                rebalances && open && surplus == null && waiting.isEmpty() && invited == 0 ? places.crowded() : surplus;
        if (from != null) {
            living.entrySet().stream()
                    .filter(each -> each.getValue().equals(from) && !going.containsKey(each.getKey()))
                    .reduce((first, second) -> second)
                    .ifPresent(each -> {
                        going.put(each.getKey(), surplus == null);
                        places.goes(each.getKey(), from);
                    });
        }
        going.forEach((worker, elsewhere) -> worker.tell(new JoinedWorker.Go(elsewhere))); // some could not go before
        if (from != null || !going.isEmpty() || invited > 0) {
            lookSoon();
        }
        return this;
    }

    /** Workers that were given up for lack of a slot start again when there are some. */
    private void invite() {
        int homeless = wants - living.size() + going.size() - waiting.size();
        invited = Math.min(homeless, places.room() - waiting.size());
        if (supervisor != null && invited > 0) {
            supervisor.tell(new PoolSupervisor.SlotsFree(invited));
        }
        invited = Math.max(0, invited);
    }

    private Behavior<Command> onDoorGone(DoorGone gone) {
        Places.Offer offer = places.offer(gone.door());
        String name = offer == null ? String.valueOf(gone.door().path().address()) : offer.name();
        doors.remove(gone.door());
        places.gone(gone.door());
        living.forEach((worker, door) -> {
            if (door.equals(gone.door())) {
                worker.tell(new JoinedWorker.NodeGone(name));
            }
        });
        return this;
    }

    private Behavior<Command> onDoubt(Doubt doubt) {
        places.doubt(doubt.door());
        visit(doubt.door());
        return this;
    }

    // ---- workers

    private Behavior<Command> onPlace(Place place) {
        getContext().watchWith(place.worker(), new WorkerEnded(place.worker()));
        waiting.add(place.worker());
        placeAll();
        return this;
    }

    private void placeAll() {
        while (open && !waiting.isEmpty()) {
            ActorRef<JoinedWorker.Command> worker = waiting.peek();
            ActorRef<NodeDoor.Command> door = places.take(worker);
            if (door == null) {
                return;
            }
            waiting.remove();
            living.put(worker, door);
            Places.Offer offer = places.offer(door);
            worker.tell(new JoinedWorker.Placed(door, offer == null ? "" : offer.name()));
        }
    }

    private Behavior<Command> onSettled(Settled settled) {
        places.arrived(settled.worker());
        placeAll();
        return this;
    }

    private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
        waiting.remove(ended.worker());
        living.remove(ended.worker());
        going.remove(ended.worker());
        places.left(ended.worker());
        lookSoon();
        return onSettled(new Settled(ended.worker()));
    }

    private Behavior<Command> onExplain(Explain explain) {
        explain.worker()
                .tell(new JoinedWorker.Explained(
                        places.count(), places.fittingCount(), places.slots(), places.usedByOthers()));
        return this;
    }

    // ---- operators

    private Behavior<Command> onAgain(Again again) {
        return again.question() instanceof DrainNode drain
                ? onDrainNode(drain, again.turn())
                : onList((ListNodes) again.question(), again.turn());
    }

    /** Nodes that are there may not have answered yet. */
    private boolean waits(Command question, int turn) {
        boolean waits = turn < LOOKS && !isWhole();
        if (waits) {
            getContext().scheduleOnce(LOOK_AGAIN, getContext().getSelf(), new Again(question, turn + 1));
        }
        return waits;
    }

    private Behavior<Command> onList(ListNodes list, int turn) {
        if (!waits(list, turn)) {
            list.replyTo().tell(statuses());
        }
        return this;
    }

    private List<NodeStatus> statuses() {
        List<NodeStatus> all = new ArrayList<>();
        Set<String> known = new HashSet<>();
        places.offers().forEach((door, offer) -> {
            NodeStatus status = NodeStatus.of(offer);
            all.add(status);
            known.add(status.address());
        });
        for (Member member : cluster.state().getMembers()) {
            String address = ClusterSystem.address(member.address());
            if (member.hasRole(SystemConfig.NODE_ROLE) && known.add(address)) {
                all.add(NodeStatus.silent(address));
            }
        }
        return all;
    }

    private Behavior<Command> onDrainNode(DrainNode drain, int turn) {
        if (waits(drain, turn)) {
            return this;
        }
        List<NodeStatus> met = places.offers().entrySet().stream()
                .filter(each -> NodeStatus.of(each.getValue()).isCalled(drain.name()))
                .peek(each -> each.getKey().tell(new NodeDoor.Drain()))
                .map(each -> NodeStatus.of(each.getValue()))
                .toList();
        drain.replyTo().tell(met);
        return this;
    }
}
