package io.github.clusterpool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What a chunk says of its job, in binary, as {@link ChunkFormat} has it: a task that is a job of its own brings it along. */
final class HeaderFormat {
    private static final byte NONE = 0;
    private static final byte PLAIN = 1;
    private static final byte SEEDED = 2;
    private static final byte SEEDED_PER_WORKER = 3;
    private static final int FIXED = 4 + 1 + 8 + 4 + 8 + 4 + 8 + 4 * Integer.BYTES;

    private HeaderFormat() {}

    static int size(@Nullable JobHeader header, byte[] key, byte[] server) {
        return header == null
                ? 1
                : 1
                        + FIXED
                        + Integer.BYTES
                        + server.length
                        + header.function().length
                        + header.types().length
                        + header.retryOn().length
                        + key.length;
    }

    static byte[] key(@Nullable JobHeader header) {
        return header == null ? new byte[0] : header.key().getBytes(StandardCharsets.UTF_8);
    }

    /** Who has its classes, as {@code refs} names actors; empty if its pool's driver has. */
    static byte[] server(@Nullable JobHeader header, Refs refs) {
        ActorRef<?> server = header == null ? null : header.classes().server();
        return server == null ? new byte[0] : refs.text(server).getBytes(StandardCharsets.UTF_8);
    }

    static void put(ByteBuffer buffer, @Nullable JobHeader header, byte[] key, byte[] server) {
        if (header == null) {
            buffer.put(NONE);
            return;
        }
        Seed seed = header.seed();
        buffer.put(seed == null ? PLAIN : seed.perWorker() ? SEEDED_PER_WORKER : SEEDED);
        buffer.putInt(header.arity()).put((byte) (header.eager() ? 1 : 0));
        buffer.putLong(header.taskTimeoutNanos()).putInt(header.firstIndex());
        buffer.putLong(header.classes().generation()).putInt(header.poolSize());
        buffer.putLong(seed == null ? 0 : seed.number());
        ChunkFormat.put(buffer, header.function());
        ChunkFormat.put(buffer, header.types());
        ChunkFormat.put(buffer, header.retryOn());
        ChunkFormat.put(buffer, key);
        ChunkFormat.put(buffer, server);
    }

    static @Nullable JobHeader get(ByteBuffer buffer, Refs refs) {
        byte kind = buffer.get();
        if (kind == NONE) {
            return null;
        }
        int arity = buffer.getInt();
        boolean eager = buffer.get() != 0;
        long taskTimeout = buffer.getLong();
        int firstIndex = buffer.getInt();
        long generation = buffer.getLong();
        int poolSize = buffer.getInt();
        long number = buffer.getLong();
        return new JobHeader(
                ChunkFormat.get(buffer),
                arity,
                ChunkFormat.get(buffer),
                eager,
                taskTimeout,
                ChunkFormat.get(buffer),
                new String(ChunkFormat.get(buffer), StandardCharsets.UTF_8),
                firstIndex,
                kind == PLAIN ? null : new Seed(number, kind == SEEDED_PER_WORKER),
                classes(generation, new String(ChunkFormat.get(buffer), StandardCharsets.UTF_8), refs),
                poolSize);
    }

    @SuppressWarnings("unchecked") // as with any reference: who uses it knows what it takes
    private static Classes classes(long generation, String server, Refs refs) {
        return new Classes(generation, server.isEmpty() ? null : (ActorRef<CodeServer.Command>) refs.resolve(server));
    }
}
