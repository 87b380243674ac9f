package io.github.clusterpool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What a pool that the nodes have keeps for its next host, and has from the one before: each command is copied, a change
 * of state before it counts, and is dropped when nobody needs it any more. What is copied are commands, so that they can simply
 * be taken once more, in order, by a state that knows nothing.
 */
final class Hosting {
    /** Clients that have not come to this host by then are taken for gone. */
    private static final long PATIENCE_NANOS = 8_000_000_000L;

    /** The number of what makes the pool, as large as it is now; all else comes after it. */
    private static final long BASE = 0;

    /** A command that waits for its turn. */
    record Waiting(long number, Booked booked) {}

    private record Key(String session, long job) {
        static Key of(Booked booked) {
            return new Key(booked.session(), booked.command().job());
        }
    }

    private final Copies copies;
    private List<Booked> earlier;
    private List<HeldResults> earlierHeld;
    private final Map<Key, Long> holding = new HashMap<>();
    private final Map<Key, long[]> resumed = new HashMap<>();
    private final Set<Key> awaited = new HashSet<>();
    private final Deque<PoolSupervisor.Command> early = new ArrayDeque<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final Map<Long, Long> jobs = new HashMap<>();
    private final WithChanges<Long> changes = new WithChanges<>();
    private final long began;
    private final boolean clean;
    private final Set<String> unfinished = new HashSet<>();
    private @Nullable ActorRef<HostedPool.Retired> retiring;
    private long retireBefore;
    private boolean finishing;
    private boolean unclean;
    private boolean restored;
    private long last = BASE;
    private final Map<Long, Long> unsettled = new HashMap<>();
    private @Nullable Booked base;
    private long baseJob;

    /** With what the host before has left. */
    Hosting(Copies copies, Shelf.Taken left, long nanos) {
        this.clean = left.clean();
        this.copies = copies;
        this.earlier = only(Booked.class, left.items());
        this.earlierHeld = only(HeldResults.class, left.items());
        this.began = nanos;
        earlier.stream().filter(each -> !each.session().isEmpty()).map(Key::of).forEach(awaited::add);
    }

    private static <T> List<T> only(Class<T> kind, List<Shelf.Item> items) {
        return items.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    // ---- what the host before had

    List<Booked> earlier() {
        return earlier;
    }

    boolean isRestored() {
        return restored;
    }

    /** What comes before all is restored comes after it. */
    void defer(PoolSupervisor.Command command) {
        early.add(command);
    }

    /** A client says that it still wants a job, and what it has of it. */
    void resume(String session, long job, long[] done) {
        Key key = new Key(session, job);
        resumed.put(key, done);
        awaited.remove(key);
    }

    /** Whether an earlier host had that job. */
    boolean knows(String session, long job) {
        return awaited.contains(new Key(session, job));
    }

    /** That client has said all that it wants. */
    void allSaid(String session) {
        awaited.removeIf(key -> key.session().equals(session));
    }

    boolean mayRestore(long nanos) {
        return awaited.isEmpty() || nanos - began > PATIENCE_NANOS;
    }

    /** What the client has of it; null if it has not asked for it. */
    long @Nullable [] done(Booked booked) {
        return resumed.get(Key.of(booked));
    }

    /** What was deferred; of what the host before had, nothing is needed any more. */
    List<PoolSupervisor.Command> restored() {
        restored = true;
        earlier = List.of();
        earlierHeld = List.of();
        resumed.clear();
        List<PoolSupervisor.Command> deferred = List.copyOf(early);
        early.clear();
        return deferred;
    }

    boolean isClean() {
        return clean;
    }

    // ---- the end of this host

    void retire(HostedPool.Retire retire, long nanos) {
        retiring = retire.replyTo();
        retireBefore = nanos + retire.grace().toNanos();
        copies.sayLate(nanos);
    }

    boolean isRetiring() {
        return retiring != null;
    }

    /** Nothing runs any more; true for the first time. */
    boolean beginToFinish(Set<String> sessions) {
        boolean first = !finishing;
        finishing = true;
        if (first) {
            unfinished.addAll(sessions);
            unfinished.add(""); // it is over at the earliest when all have been asked
        }
        return first;
    }

    /** The client of that session has heard all, or cannot. */
    void finished(String session, boolean all, long nanos) {
        unclean |= !all;
        if (unfinished.remove(session) && unfinished.isEmpty() && !unclean) {
            copies.clean(nanos);
        }
    }

    /** Says when the copies have all, or it takes too long. */
    void retireIfDone(long nanos) {
        boolean isDone = finishing && unfinished.isEmpty() && copies.areAllHeard();
        if (retiring != null && (isDone || nanos - retireBefore > 0)) {
            retiring.tell(new HostedPool.Retired());
        }
    }

    // ---- what this host takes

    /** Books a command; in its turn it counts, a change of state when it is copied. */
    void take(Booked booked, long nanos) {
        waiting.add(new Waiting(book(booked, nanos), booked));
    }

    /** Books a command that counts already; returns its number. */
    long book(Booked booked, long nanos) {
        if (booked.waitsForCopies()) {
            copies.put(++last, booked, nanos);
        } else {
            copies.putLate(++last, booked);
        }
        return last;
    }

    /** The next command whose time has come; null if there is none. */
    @Nullable
    Waiting poll(long nanos) {
        Waiting next = retiring != null ? null : waiting.peek();
        return next == null || (next.booked().waitsForCopies() && !copies.isCopied(next.number(), nanos))
                ? null
                : waiting.remove();
    }

    /** Whether that job waits for its turn, and so is to be cancelled then. */
    boolean cancel(Clients.Outside job) {
        boolean waits = false;
        for (Waiting each : waiting) {
            PoolSupervisor.JobCommand command = each.booked().command();
            if (command.job() == job.job() && command.replyTo().equals(job.replyTo())) {
                cancelled.add(each.number());
                waits = true;
            }
        }
        return waits;
    }

    /** The same for all that waits of a client that is gone. */
    void cancelAll(ActorRef<JobEvent> replyTo) {
        waiting.stream()
                .filter(each -> each.booked().command().replyTo().equals(replyTo))
                .forEach(each -> cancelled.add(each.number()));
    }

    /** Whether that command, whose turn it is, was cancelled before. */
    boolean isCancelled(long number) {
        return cancelled.remove(number);
    }

    /** That command has become that job of the pool, which has not ended. */
    void isJob(long job, long number) {
        jobs.put(job, number);
    }

    /** That command has become the change of that epoch, and that job. */
    void isChange(long epoch, long job, long number) {
        changes.put(epoch, number);
        unsettled.put(job, number);
    }

    /** That command is of no use to another host. */
    void isOver(long number, long nanos) {
        copies.drop(List.of(number), nanos);
    }

    void ended(long job, Predicate<String> hasDesk, long nanos) {
        Long number = jobs.remove(job);
        Booked done = number == null ? null : copies.booked(number);
        if (number != null && done != null && done.isDetached() && hasDesk.test(done.session())) {
            holding.put(Key.of(done), number); // until its desk says how it went
        } else if (number != null) {
            isOver(number, nanos);
        }
        Long settled = unsettled.remove(job);
        if (settled != null) {
            copies.settle(settled, nanos);
        }
        if (base != null && job == baseJob) {
            base = base.settled();
            copies.settle(BASE, nanos);
        }
    }

    /** The results of a job that has ended take the place of its command. */
    void hold(HeldResults results, long nanos) {
        Long number = holding.get(new Key(results.session(), results.job()));
        if (number != null) {
            copies.put(number, results, nanos);
        }
    }

    /** What the host before has held. */
    void holdAgain(Predicate<String> hasDesk, long nanos) {
        for (HeldResults results : earlierHeld) {
            if (hasDesk.test(results.session())) {
                copies.put(++last, results, nanos);
                holding.put(new Key(results.session(), results.job()), last);
            }
        }
    }

    void letGo(String session, long job, long nanos) {
        Long number = holding.remove(new Key(session, job));
        if (number != null) {
            isOver(number, nanos);
        }
    }

    /** Nothing of that client is held any more. */
    void letGo(String session, long nanos) {
        for (Key key : List.copyOf(holding.keySet())) {
            if (key.session().equals(session)) {
                letGo(key.session(), key.job(), nanos);
            }
        }
    }

    /** The pool has so many workers now, since that command, which is that job. */
    void isSized(Booked by, long job, int size, long nanos) {
        Booked origin = base;
        if (by.command() instanceof PoolSupervisor.Init) {
            origin = by;
            baseJob = job;
        }
        if (size == 0) {
            copies.drop(List.of(BASE), nanos);
        } else if (origin != null && origin.command() instanceof PoolSupervisor.Init init) {
            base = new Booked(origin.session(), new PoolSupervisor.Init(init.job(), size, false, init.replyTo()));
            copies.put(BASE, base, nanos);
        }
    }

    /** Drops changes that the journal has dropped; {@code count} tells how often it did. */
    void keepChanges(Supplier<Set<Long>> journal, long count, long nanos) {
        copies.drop(changes.takeDropped(journal, count), nanos);
    }
}
