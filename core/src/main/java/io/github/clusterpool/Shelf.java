package io.github.clusterpool;

import io.github.clusterpool.wire.WireRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/** Keeps, on one node, copies of pools that other nodes host, so that this one can host them when those are gone. */
final class Shelf extends AbstractBehavior<Shelf.Command> {
    static final String NAME = "clusterpool-shelf";

    static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, NAME);

    private static final Duration TICK = Duration.ofMillis(250);

    sealed interface Command {}

    /** What a copy is made of. */
    sealed interface Item extends PoolMessage permits Booked, HeldResults {}

    /** From a pool's host. */
    sealed interface FromHost extends Command, PoolMessage {}

    /**
     * A host wants a copy here.
     *
     * @param term which host the pool has: each later one has a higher number
     */
    record Open(
            String pool,
            long term,
            long talk,
            ActorRef<Talk.Said> host,
            ActorRef<BlobPort.Command> blobs,
            ActorRef<PoolSupervisor.Command> replyTo)
            implements FromHost {}

    /** The copies of earlier hosts are of no use any more. */
    record Forget(String pool, long term) implements FromHost {}

    /** Asks for the copy of a pool that is to be hosted here. */
    record Take(String pool, ActorRef<Taken> replyTo) implements Command {}

    /**
     * What there is.
     *
     * @param term of the host that it was copied from, 0 if there is none
     * @param clean whether that host had nothing under way in the end
     */
    record Taken(long term, boolean clean, List<Item> items) {}

    private record Came(Talk.Said said) implements Command {}

    private record BlobCame() implements Command {}

    private record Tick() implements Command {}

    /** What a host says to its copies; {@code item} is encoded, for the copy is not to know what it has. */
    record Put(long number, byte[] item) implements PoolMessage {}

    record Drop(long[] numbers) implements PoolMessage {}

    /** Whoever gave that command has heard its end. */
    record Settled(long number) implements PoolMessage {}

    /** All that there was when the copy was opened has been said. */
    record Whole() implements PoolMessage {}

    /** The host is about to go: of what it had nothing runs, and clients have heard all there was. */
    record Clean() implements PoolMessage {}

    /** A copy of one pool, as one host has it. */
    private static final class Copy {
        final Open from;
        final Talk talk;
        final ActorRef<BlobPort.Command> port;
        final TreeMap<Long, byte[]> items = new TreeMap<>();
        final Set<Long> settled = new HashSet<>();
        boolean clean;

        Copy(Open from, Talk talk, ActorRef<BlobPort.Command> port) {
            this.from = from;
            this.talk = talk;
            this.port = port;
        }
    }

    private final MessageFormat format;
    private final int pieceBytes;
    private final ActorRef<Talk.Said> ear;
    private final Map<String, Copy> whole = new HashMap<>();
    private final Map<Long, Copy> open = new HashMap<>();

    static Behavior<Command> create(PoolConfig config) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay("tick", new Tick(), TICK);
            return new Shelf(context, config);
        }));
    }

    private Shelf(ActorContext<Command> context, PoolConfig config) {
        super(context);
        context.setLoggerName(Shelf.class);
        this.format = new MessageFormat(new PekkoRefs(context.getSystem()), WireRules.MOST_BYTES);
        this.pieceBytes = config.threshold();
        this.ear = context.messageAdapter(Talk.Said.class, Came::new);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Came.class, this::onCame)
                .onMessage(BlobCame.class, blob -> hearAll())
                .onMessage(Open.class, this::onOpen)
                .onMessage(Forget.class, this::onForget)
                .onMessage(Take.class, this::onTake)
                .onMessage(Tick.class, tick -> onTick())
                .build();
    }

    private Behavior<Command> onOpen(Open wanted) {
        Copy copy = open.computeIfAbsent(wanted.talk(), talk -> begin(wanted));
        wanted.replyTo().tell(new HostedPool.CopyOpen(wanted.talk(), ear, copy.port));
        return this;
    }

    private Copy begin(Open wanted) {
        ActorRef<BlobPort.Command> port =
                getContext().spawn(BlobPort.create(pieceBytes, null), "blobs-" + wanted.talk(), BlobPort.props());
        port.tell(new BlobPort.Connect(wanted.blobs()));
        ActorRef<Command> self = getContext().getSelf();
        Talk talk = new Talk(
                Talk.Side.COPY,
                wanted.talk(),
                new BlobLink(port, pieceBytes),
                wanted.host()::tell,
                () -> self.tell(new BlobCame()));
        return new Copy(wanted, talk, port);
    }

    private Behavior<Command> onForget(Forget forget) {
        Copy known = whole.get(forget.pool());
        if (known != null && known.from.term() < forget.term()) {
            whole.remove(forget.pool());
        }
        open.values().removeIf(copy -> {
            boolean over = copy.from.pool().equals(forget.pool()) && copy.from.term() < forget.term();
            if (over) {
                getContext().stop(copy.port);
            }
            return over;
        });
        return this;
    }

    private Behavior<Command> onTake(Take take) {
        Copy copy = whole.get(take.pool());
        take.replyTo()
                .tell(
                        copy == null
                                ? new Taken(0, false, List.of())
                                : new Taken(copy.from.term(), copy.clean, items(copy)));
        return this;
    }

    private List<Item> items(Copy copy) {
        List<Item> items = new ArrayList<>();
        copy.items.forEach((number, encoded) -> {
            if (format.decode(encoded) instanceof Item item) {
                items.add(item instanceof Booked booked && copy.settled.contains(number) ? booked.settled() : item);
            }
        });
        return items;
    }

    private Behavior<Command> onCame(Came came) {
        Copy copy = open.get(came.said().talk());
        if (copy != null) {
            copy.talk.take(came.said(), System.nanoTime());
            hear(copy);
        }
        return this;
    }

    private Behavior<Command> hearAll() {
        for (Copy copy : List.copyOf(open.values())) {
            if (open.containsKey(copy.from.talk())) { // another one may have closed it just now
                hear(copy);
            }
        }
        return this;
    }

    private void hear(Copy copy) {
        copy.talk.hear(content -> take(copy, format.decode(content)));
        copy.talk.answer(); // the pool waits for that
    }

    private void take(Copy copy, PoolMessage message) {
        if (message instanceof Put put) {
            copy.items.put(put.number(), put.item());
            copy.settled.remove(put.number());
        } else if (message instanceof Drop drop) {
            for (long number : drop.numbers()) {
                copy.items.remove(number);
                copy.settled.remove(number);
            }
        } else if (message instanceof Settled settled) {
            copy.settled.add(settled.number());
        } else if (message instanceof Clean) {
            copy.clean = true;
        } else if (message instanceof Whole) {
            setWhole(copy);
        }
    }

    /** From now on it is the pool's, and no earlier host's; one that comes late is not. */
    private void setWhole(Copy copy) {
        Copy before = whole.get(copy.from.pool());
        if (before != null && before.from.term() > copy.from.term()) {
            close(copy);
            return;
        }
        whole.put(copy.from.pool(), copy);
        for (Copy other : List.copyOf(open.values())) {
            boolean isEarlier = other.from.pool().equals(copy.from.pool()) && other.from.term() < copy.from.term();
            if (other != copy && (other == before || isEarlier)) {
                close(other);
            }
        }
    }

    private void close(Copy copy) {
        open.remove(copy.from.talk());
        getContext().stop(copy.port);
    }

    private Behavior<Command> onTick() {
        open.values().forEach(copy -> copy.talk.tick(System.nanoTime()));
        return this;
    }
}
