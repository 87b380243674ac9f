package io.github.clusterpool;

import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.ValueCodec;
import io.github.clusterpool.wire.WireRules;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The pool's messages as bytes: as typed CBOR like any value, and those that carry nearly all traffic, a chunk out, its
 * outcomes back and pieces of blobs, as plain binary around their unopened payload.
 */
final class MessageFormat {
    private static final ValueCodec WORK =
            new ValueCodec(ours(WireRules.MOST_BYTES), List.of()).withLoader(MessageFormat.class.getClassLoader());

    private final Refs refs;
    private final ValueCodec codec;

    MessageFormat(Refs refs) {
        this(refs, WireRules.defaults().maxBytes());
    }

    /** For messages that need not go in one piece. */
    MessageFormat(Refs refs, long maxBytes) {
        this.refs = refs;
        this.codec = new ValueCodec(ours(maxBytes), List.of(refs)).withLoader(MessageFormat.class.getClassLoader());
    }

    private static WireRules ours(long maxBytes) {
        WireRules all = WireRules.defaults();
        return new WireRules(
                List.of("io.github.clusterpool."), all.maxDepth(), all.maxStringLength(), maxBytes, all.maxCount());
    }

    /** Work that is not in a message of its own. */
    static byte[] work(Work work) {
        return WORK.encode(work);
    }

    static Work work(byte[] encoded) {
        if (WORK.decode(encoded) instanceof Work work) {
            return work;
        }
        throw new MalformedValueException("what a task gives to its pool must be work");
    }

    /** Who says it, and in what form {@link #parts} writes it. */
    static byte kind(Object message) {
        return Saying.of(message).code();
    }

    private static Object content(Object message) {
        if (message instanceof NodeHost.FromPool numbered) {
            return numbered.message();
        }
        return message instanceof PoolSupervisor.FromNode numbered ? numbered.message() : message;
    }

    private static long way(Object message) {
        return message instanceof PoolSupervisor.FromNode numbered ? numbered.way() : 0;
    }

    private static long number(Object message) {
        if (message instanceof NodeHost.FromPool numbered) {
            return numbered.number();
        }
        return message instanceof PoolSupervisor.FromNode numbered ? numbered.number() : 0;
    }

    /** The bytes, in one buffer or several: what is large is not copied. */
    ByteBuffer[] parts(Object message) {
        if (message instanceof BlobPort.Piece piece) {
            return ChunkFormat.parts(piece);
        }
        Object content = content(message);
        if (content instanceof NodeHost.RunChunk chunk) {
            return whole(ChunkFormat.write(number(message), chunk, refs));
        }
        return content instanceof PoolSupervisor.WorkerAnswered answered
                ? whole(ChunkFormat.write(way(message), number(message), answered.answer()))
                : whole(codec.encode(message));
    }

    private static ByteBuffer[] whole(byte[] bytes) {
        return new ByteBuffer[] {ByteBuffer.wrap(bytes)};
    }

    /** All of a message, whatever it is. */
    byte[] encode(PoolMessage message) {
        return codec.encode(message);
    }

    PoolMessage decode(byte[] encoded) {
        return other(ByteBuffer.wrap(encoded));
    }

    /** Reads all that is left of a big-endian buffer, which is not needed afterwards. */
    PoolMessage read(byte kind, ByteBuffer buffer) {
        if (kind == Saying.CHUNK.code()) {
            return ChunkFormat.readChunk(buffer, refs);
        }
        if (kind == Saying.ANSWER.code()) {
            return ChunkFormat.readAnswer(buffer);
        }
        if (kind == Saying.PIECE.code()) {
            return ChunkFormat.readPiece(buffer);
        }
        if (!Saying.isKnown(kind)) {
            throw new MalformedValueException(
                    "a message must be of a kind that this version knows, got '" + (char) kind + "'");
        }
        PoolMessage message = other(buffer);
        if (kind(message) != kind) {
            throw new MalformedValueException("a message must be of the kind that it says, got '" + (char) kind
                    + "' for a " + message.getClass().getSimpleName());
        }
        return message;
    }

    private PoolMessage other(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        if (codec.decode(bytes) instanceof PoolMessage message) {
            return message;
        }
        throw new MalformedValueException("a message of the pool must be one of its own records");
    }
}
