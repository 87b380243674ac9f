package io.github.clusterpool;

import io.github.clusterpool.wire.WireRules;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * A hosted pool's side of its copies on other nodes: what a new host needs, in order, until nobody needs it any more. It is
 * commands, not outcomes, so that a task costs nothing here.
 */
final class Copies {
    /** How many other nodes have one: with the host any two may go at the same time. */
    private static final int COUNT = 2;

    /** A copy that has not answered for so long is not waited for; it has all when it does again. */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** One copy: how far it has come, by the numbers of what was put. */
    private static final class Copy {
        final ActorRef<BlobPort.Command> port;
        final long id;
        final Deque<long[]> unheard = new ArrayDeque<>(); // number of the item, number in the talk, time

        @Nullable
        Talk talk;

        Copy(long id, ActorRef<BlobPort.Command> port) {
            this.id = id;
            this.port = port;
        }
    }

    private final ActorContext<PoolSupervisor.Command> context;
    private final PoolConfig config;
    private final long term;
    private final MessageFormat format;
    private final ActorRef<Talk.Said> ear;
    private final NavigableMap<Long, Shelf.Item> items;
    private final Set<Long> late = new LinkedHashSet<>();
    private final Map<ActorRef<Shelf.Command>, Copy> copies = new LinkedHashMap<>();
    private final Map<Long, Copy> byTalk = new HashMap<>();
    private Set<ActorRef<Shelf.Command>> shelves = Set.of();

    /** Of what {@code kept} has. */
    Copies(ActorContext<PoolSupervisor.Command> context, PoolConfig config, Kept kept) {
        this.context = context;
        this.config = config;
        this.term = kept.term();
        this.items = kept.items();
        this.format = new MessageFormat(new PekkoRefs(context.getSystem()), WireRules.MOST_BYTES);
        this.ear = context.messageAdapter(Talk.Said.class, HostedPool.CopySaid::new);
    }

    // ---- what is kept

    void put(long number, Shelf.Item item, long nanos) {
        sayLate(nanos);
        items.put(number, item);
        say(number, item, nanos);
    }

    /** As {@link #put}, but the copies have it only before whatever comes after it, or soon: it may be dropped before. */
    void putLate(long number, Shelf.Item item) {
        items.put(number, item);
        late.add(number);
    }

    /** The copies are to have all that there is. */
    void sayLate(long nanos) {
        for (long number : late) {
            Shelf.Item item = items.get(number);
            if (item != null) {
                say(number, item, nanos);
            }
        }
        late.clear();
    }

    private void say(long number, Shelf.Item item, long nanos) {
        byte[] content = encoded(number, item);
        for (Copy copy : copies.values()) {
            Talk talk = copy.talk;
            if (talk != null) {
                copy.unheard.add(new long[] {number, talk.say(content, nanos), nanos});
            }
        }
    }

    private byte[] encoded(long number, Shelf.Item item) {
        return format.encode(new Shelf.Put(number, format.encode(item)));
    }

    /** The command of that number. */
    @Nullable
    Booked booked(long number) {
        return items.get(number) instanceof Booked booked ? booked : null;
    }

    void drop(List<Long> numbers, long nanos) {
        numbers.forEach(items::remove);
        long[] known = numbers.stream()
                .filter(number -> !late.remove(number))
                .mapToLong(Long::longValue)
                .toArray();
        if (known.length > 0) {
            sayToAll(new Shelf.Drop(known), nanos);
        }
    }

    /** Whoever gave that command has heard its end. */
    void settle(long number, long nanos) {
        items.computeIfPresent(number, (same, item) -> item instanceof Booked booked ? booked.settled() : item);
        sayToAll(new Shelf.Settled(number), nanos);
    }

    /** Nothing runs, and clients have heard all. */
    void clean(long nanos) {
        sayLate(nanos);
        sayToAll(new Shelf.Clean(), nanos);
    }

    private void sayToAll(PoolMessage message, long nanos) {
        byte[] content = format.encode(message);
        for (Copy copy : copies.values()) {
            Talk talk = copy.talk;
            if (talk != null) {
                talk.say(content, nanos);
            }
        }
    }

    /** Whether all copies have heard all that was said. */
    boolean areAllHeard() {
        if (!late.isEmpty()) {
            return false;
        }
        for (Copy copy : copies.values()) {
            Talk talk = copy.talk;
            if (talk == null || !talk.isAllHeard()) {
                return false;
            }
        }
        return true;
    }

    /** Whether all copies that answer have it. */
    boolean isCopied(long number, long nanos) {
        for (Copy copy : copies.values()) {
            long[] oldest = copy.unheard.peek();
            if (oldest != null && oldest[0] <= number && nanos - oldest[2] < PATIENCE_NANOS) {
                return false;
            }
        }
        return true;
    }

    // ---- where

    /** The nodes that there are, but this one; the oldest of them are the next hosts, and so have the copies. */
    void onShelves(List<ActorRef<Shelf.Command>> oldestFirst) {
        Set<ActorRef<Shelf.Command>> wanted =
                new HashSet<>(oldestFirst.subList(0, Math.min(COUNT, oldestFirst.size())));
        for (ActorRef<Shelf.Command> shelf : List.copyOf(copies.keySet())) {
            if (!wanted.contains(shelf)) {
                close(shelf);
                shelf.tell(new Shelf.Forget(config.name(), term + 1)); // what it has grows old
            }
        }
        for (ActorRef<Shelf.Command> shelf : oldestFirst) {
            if (!wanted.contains(shelf) && !shelves.contains(shelf)) {
                shelf.tell(new Shelf.Forget(config.name(), term));
            }
        }
        wanted.forEach(shelf -> copies.computeIfAbsent(shelf, each -> begin()));
        shelves = Set.copyOf(oldestFirst);
        askToOpen();
    }

    private Copy begin() {
        long id = RANDOM.nextLong();
        ActorRef<BlobPort.Command> port =
                context.spawn(BlobPort.create(config.threshold(), null), "blobs-copy-" + id, BlobPort.props());
        Copy copy = new Copy(id, port);
        byTalk.put(id, copy);
        return copy;
    }

    private void close(ActorRef<Shelf.Command> shelf) {
        Copy copy = copies.remove(shelf);
        if (copy != null) {
            byTalk.remove(copy.id);
            context.stop(copy.port);
        }
    }

    private void askToOpen() {
        copies.forEach((shelf, copy) -> {
            if (copy.talk == null) {
                shelf.tell(new Shelf.Open(config.name(), term, copy.id, ear, copy.port, context.getSelf()));
            }
        });
    }

    /** Says there all that is here. */
    void onOpen(HostedPool.CopyOpen open, long nanos) {
        Copy copy = byTalk.get(open.talk());
        if (copy == null || copy.talk != null) {
            return;
        }
        sayLate(nanos); // where others have it
        copy.port.tell(new BlobPort.Connect(open.blobs()));
        ActorRef<PoolSupervisor.Command> self = context.getSelf();
        Talk talk = new Talk(
                Talk.Side.COPY,
                copy.id,
                new BlobLink(copy.port, config.threshold()),
                open.shelf()::tell,
                () -> self.tell(new HostedPool.CopyTick()));
        copy.talk = talk;
        items.forEach((number, item) ->
                copy.unheard.add(new long[] {number, talk.say(encoded(number, item), nanos), nanos}));
        talk.say(format.encode(new Shelf.Whole()), nanos);
    }

    void onSaid(Talk.Said said, long nanos) {
        Copy copy = byTalk.get(said.talk());
        Talk talk = copy == null ? null : copy.talk;
        if (copy != null && talk != null) {
            talk.take(said, nanos);
            while (!copy.unheard.isEmpty() && copy.unheard.element()[1] <= talk.heardThere()) {
                copy.unheard.remove();
            }
        }
    }

    void tick(long nanos) {
        sayLate(nanos);
        askToOpen();
        for (Copy copy : copies.values()) {
            Talk talk = copy.talk;
            if (talk != null) {
                talk.tick(nanos);
            }
        }
    }

    /** How many other nodes have all. */
    int count() {
        return (int) copies.values().stream()
                .filter(copy -> copy.talk != null && copy.unheard.isEmpty())
                .count();
    }
}
