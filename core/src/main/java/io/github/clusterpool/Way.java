package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The pool's end of a way to a node in another JVM, for all of the pool's workers there: what goes by it has its numbers in one
 * row, what is sent to several of them crosses once, and one sign of life is for all. Who has it is told beforehand, and it is over
 * with the last of them: its numbers are never used again.
 */
final class Way {
    private final long number;
    private final String pool;

    /** For whom it is, be they there or not. */
    private final Set<Long> starts = new HashSet<>();

    private final Map<Long, Resident> there = new LinkedHashMap<>();
    private @Nullable PoolNode node;
    private @Nullable ActorRef<Greeter.Command> greeter;
    private boolean cut;
    private boolean isRenewed;
    private long renewed;

    /** A worker that has reported, and what it says. */
    private record Resident(WorkerRef ref, Arrivals arrivals) {}

    Way(long number, String pool) {
        this.number = number;
        this.pool = pool;
    }

    long number() {
        return number;
    }

    // ---- who has it

    void enter(long start) {
        starts.add(start);
    }

    /** That worker has no place there any more; it ends, unless the node ends with it. */
    void leave(long start) {
        starts.remove(start);
        Resident left = there.remove(start);
        if (left != null) {
            left.arrivals().forget();
            if (node != null && !isOver()) {
                node.link().tell(new NodeHost.StopWorker(pool, left.ref()));
            }
        }
    }

    /** Nobody has it any more. */
    boolean isOver() {
        return starts.isEmpty();
    }

    /** It leads there from now on. */
    void connect(PoolNode to, ActorRef<Greeter.Command> at) {
        node = to;
        greeter = at;
    }

    boolean isConnected() {
        return node != null;
    }

    /** Whether it leads to that one, or as yet to nobody; not if it is cut. */
    boolean mayLeadTo(ActorRef<Greeter.Command> other) {
        return !cut && (greeter == null || greeter.equals(other));
    }

    /** The worker is there; what it says comes by {@code arrivals}. */
    void welcome(WorkerRef ref, Arrivals arrivals) {
        there.put(ref.start(), new Resident(ref, arrivals));
    }

    List<WorkerRef> workers() {
        return there.values().stream().map(Resident::ref).toList();
    }

    @Nullable
    PoolNode node() {
        return node;
    }

    // ---- signs of life

    /** The node has been silent for too long: nothing that it does counts, and all that it does for the pool is to end. */
    void cut() {
        cut = true;
        end();
    }

    /** Tells the node that it is over. */
    void end() {
        if (greeter != null) {
            greeter.tell(new Greeter.Over());
        }
    }

    boolean counts(PoolSupervisor.NodeBeat beat) {
        return node != null && node.link().counts(beat);
    }

    /** Answers a sign of life, once for all workers. */
    void renew(long sentNanos) {
        if (node != null && !cut && !(isRenewed && renewed == sentNanos)) {
            isRenewed = true;
            renewed = sentNanos;
            node.link().tellAside(new NodeHost.LeaseRenewed(pool, sentNanos));
        }
    }

    // ---- what comes by it

    /**
     * Takes in what the node says.
     *
     * @return false if it has been here before
     */
    boolean put(PoolSupervisor.FromNode numbered) {
        return node == null || node.link().inbox().put(numbered.number(), numbered.message());
    }

    /** The next that is whole and in order; null if there is none. */
    PoolSupervisor.@Nullable FromWorker poll() {
        PoolSupervisor.FromWorker next =
                node == null ? null : node.link().inbox().poll();
        while (next != null) {
            PoolSupervisor.FromWorker whole = pass(next);
            if (whole != null) {
                return whole;
            }
            next = node == null ? null : node.link().inbox().poll();
        }
        return null;
    }

    private PoolSupervisor.@Nullable FromWorker pass(PoolSupervisor.FromWorker message) {
        BlobLink blobs = node == null ? null : node.blobs();
        if (message instanceof PoolSupervisor.BlobTaken taken && blobs != null) {
            blobs.taken(taken.blob());
            return null;
        }
        Resident resident = there.get(message.ref().start());
        if (resident != null) {
            return resident.arrivals().pass(message);
        }
        BlobRef unwanted = Arrivals.blob(message);
        if (unwanted != null && node != null) {
            node.link().tell(new NodeHost.BlobTaken(pool, unwanted));
        }
        return message;
    }

    /** The next of that worker that had to wait and need not any more; null if there is none. */
    PoolSupervisor.@Nullable FromWorker poll(long start) {
        Resident resident = there.get(start);
        return resident == null ? null : resident.arrivals().poll();
    }
}
