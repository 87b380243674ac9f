package io.github.clusterpool;

import io.github.clusterpool.state.Dealing;
import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Slices;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a pool knows of one node, and how it says things there: what the node has need not be sent again. */
final class PoolNode {
    /** Ended jobs told in one message; the rest with the next. */
    private static final int MAX_ENDED = 1_000;

    private final PoolConfig config;
    private final Downlink link;
    private final @Nullable BlobLink blobs;
    private final Set<Long> jobs = new HashSet<>();
    private final List<Long> ended = new ArrayList<>();

    /** In this JVM, without {@code blobs}, bytes go as they are. */
    PoolNode(PoolConfig config, Downlink link, @Nullable BlobLink blobs) {
        this.config = config;
        this.link = link;
        this.blobs = blobs;
    }

    Downlink link() {
        return link;
    }

    @Nullable
    BlobLink blobs() {
        return blobs;
    }

    // ---- changes of state

    void apply(List<WorkerRef> refs, Entry entry, long floor, Classes classes) {
        link.tell(new NodeHost.ApplyEntry(config.name(), refs, sendable(entry), floor, classes));
    }

    private Entry sendable(Entry entry) {
        if (blobs == null) {
            return entry;
        }
        if (entry instanceof Entry.Export export) {
            return new Entry.Export(export.epoch(), sendable(export.values(), blobs));
        }
        return entry instanceof Entry.Evalq evalq ? new Entry.Evalq(evalq.epoch(), blobs.content(evalq.code())) : entry;
    }

    /** Many that are not large may be too much for one message, too. */
    private Map<String, byte[]> sendable(Map<String, byte[]> values, BlobLink way) {
        Map<String, byte[]> sendable = new LinkedHashMap<>();
        long inMessage = 0;
        for (Map.Entry<String, byte[]> value : values.entrySet()) {
            byte[] bytes = value.getValue();
            boolean fits = BlobRef.isRef(bytes) || inMessage + bytes.length <= config.maxMessageSize() / 2;
            byte[] content = fits ? way.content(bytes) : way.reference(bytes, 0, bytes.length);
            sendable.put(value.getKey(), content);
            inMessage += content.length;
        }
        return sendable;
    }

    // ---- chunks

    /**
     * With {@code key} for the idempotency keys of the job's tasks.
     *
     * @return whether this is the first that the node hears of the job, which it knows until it is told to {@link #forget} it
     */
    boolean run(Effect.Run run, Work work, Clients.Key key, Classes classes, int poolSize) {
        boolean isNew = jobs.add(run.job());
        link.tell(new NodeHost.RunChunk(
                config.name(),
                run.ref(),
                run.run(),
                run.job(),
                isNew ? header(work, key.prefix() + key.number(), classes, poolSize) : null,
                takeEnded(),
                run.first(),
                run.count(),
                run.attempt(),
                run.epoch(),
                run.floor(),
                run.lent(),
                arguments(run, work)));
        return isNew;
    }

    private JobHeader header(Work work, String key, Classes classes, int poolSize) {
        return new JobHeader(
                content(work.function()),
                work.arity(),
                content(work.arguments().types()),
                work.rules().eager(),
                work.taskTimeoutNanos(),
                content(work.retryOn()),
                key,
                work.firstIndex(),
                work.seed(),
                classes,
                poolSize);
    }

    /** Tells a task here of a job of its own. */
    void tellTask(WorkerRef ref, JobEvent event) {
        link.tell(new NodeHost.TellTask(
                config.name(),
                ref,
                event instanceof JobEvent.Outcomes some ? some.withBytes(content(some.bytes())) : event));
    }

    private byte[] content(byte[] bytes) {
        return blobs == null ? bytes : blobs.content(bytes);
    }

    private byte[] arguments(Effect.Run run, Work work) {
        Slices all = work.arguments();
        if (work.rules().dealing() == Dealing.EVERY_WORKER) {
            return content(all.bytes());
        }
        int end = run.first() + run.count();
        int bytes = all.byteSize(run.first(), end);
        if (blobs != null && run.count() == 1 && blobs.isLarge(bytes)) {
            return blobs.reference(all.bytes(), all.start(run.first()), bytes); // hashed by the caller
        }
        return all.cut(run.first(), end);
    }

    private long[] takeEnded() {
        long[] taken = new long[Math.min(ended.size(), MAX_ENDED)];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = ended.get(i);
        }
        ended.subList(0, taken.length).clear();
        return taken;
    }

    /** The node hears of it with the next chunk it gets. */
    void forget(long job) {
        if (jobs.remove(job)) {
            ended.add(job);
        }
    }
}
