package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.code.ShippedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Gives nodes the classes and resources of a pool's callers, in pieces; reads files, and so runs beside the supervisor.
 * Every question may be asked again.
 */
final class CodeServer extends AbstractBehavior<CodeServer.Command> {
    /** What is sent in one message, so that signs of life need not wait for long. */
    static final int PIECE_BYTES = 64 * 1024;

    /** What one question has read, the next ones for the rest of it need again. */
    private static final long CACHED_BYTES = 16 * 1024 * 1024;

    sealed interface Command extends PoolMessage {}

    /** As {@link io.github.clusterpool.code.ClassSource#find} has it. */
    record Find(long question, String path, String digest, long origin, ActorRef<Answer> replyTo) implements Command {}

    /**
     * Asks for bytes.
     *
     * @param digests of files that were found; what is meant is one after another
     * @param from where the piece begins
     */
    record Fetch(long question, List<String> digests, long from, ActorRef<Answer> replyTo) implements Command {}

    /** Whose classes it has needs it no more. */
    record Stop() implements Command {}

    sealed interface Answer extends PoolMessage {
        long question();
    }

    record Found(long question, List<ShippedFile> files) implements Answer {}

    /** {@code problem} is empty if there is none. */
    record Piece(long question, byte[] bytes, String problem) implements Answer {}

    private final ClassOrigins origins;
    private final Map<String, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cached;

    static Behavior<Command> create(ClassOrigins origins) {
        return Behaviors.setup(context -> new CodeServer(context, origins));
    }

    static Props props() {
        return DispatcherSelector.blocking();
    }

    private CodeServer(ActorContext<Command> context, ClassOrigins origins) {
        super(context);
        this.origins = origins;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Find.class, this::onFind)
                .onMessage(Fetch.class, this::onFetch)
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .build();
    }

    private Behavior<Command> onFind(Find find) {
        find.replyTo().tell(new Found(find.question(), files(find)));
        return this;
    }

    /** Class loaders are user code and may throw anything; nobody may wait for ever because of that. */
    private List<ShippedFile> files(Find find) {
        try {
            return origins.find(find.path(), find.digest(), find.origin());
        } catch (RuntimeException | LinkageError e) {
            getContext().getLog().warn("{} was looked for in vain", find.path(), e);
            return List.of();
        }
    }

    private Behavior<Command> onFetch(Fetch fetch) {
        if (fetch.from() == 0) {
            fetch.digests().forEach(origins::sent);
        }
        fetch.replyTo().tell(piece(fetch));
        return this;
    }

    private Piece piece(Fetch fetch) {
        var piece = new ByteArrayOutputStream();
        long start = 0;
        try {
            for (String digest : fetch.digests()) {
                if (piece.size() == PIECE_BYTES) {
                    break;
                }
                byte[] bytes = bytes(digest);
                long from = Math.max(0, fetch.from() - start);
                if (from < bytes.length) {
                    int count = (int) Math.min(bytes.length - from, PIECE_BYTES - piece.size());
                    piece.write(bytes, (int) from, count);
                }
                start += bytes.length;
            }
            return new Piece(fetch.question(), piece.toByteArray(), "");
        } catch (IOException | RuntimeException e) {
            return new Piece(fetch.question(), new byte[0], String.valueOf(e));
        }
    }

    private byte[] bytes(String digest) throws IOException {
        byte[] known = cache.get(digest);
        if (known == null) {
            known = origins.bytes(digest);
            keep(digest, known);
        }
        return known;
    }

    private void keep(String digest, byte[] bytes) {
        cache.put(digest, bytes);
        cached += bytes.length;
        var oldest = cache.values().iterator();
        while (cached > CACHED_BYTES && cache.size() > 1) {
            cached -= oldest.next().length;
            oldest.remove();
        }
    }
}
