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
    private static final byte CHUNK = 'c';
    private static final byte ANSWER = 'a';
    private static final byte PIECE = 'p';
    private static final byte OTHER = 'o';

    private static final ValueCodec WORK =
            new ValueCodec(ours(WireRules.MOST_BYTES), List.of()).withLoader(MessageFormat.class.getClassLoader());

    private final ValueCodec codec;

    MessageFormat(Refs refs) {
        this.codec = new ValueCodec(ours(WireRules.defaults().maxBytes()), List.of(refs))
                .withLoader(MessageFormat.class.getClassLoader());
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

    /** In what form {@link #parts} writes it. */
    byte kind(Object message) {
        if (message instanceof BlobPort.Piece) {
            return PIECE;
        }
        Object content = content(message);
        return content instanceof NodeHost.RunChunk
                ? CHUNK
                : content instanceof PoolSupervisor.WorkerAnswered ? ANSWER : OTHER;
    }

    private static Object content(Object message) {
        if (message instanceof NodeHost.FromPool numbered) {
            return numbered.message();
        }
        return message instanceof PoolSupervisor.FromNode numbered ? numbered.message() : message;
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
            return whole(ChunkFormat.write(number(message), chunk));
        }
        return content instanceof PoolSupervisor.WorkerAnswered answered
                ? whole(ChunkFormat.write(number(message), answered.answer()))
                : whole(codec.encode(message));
    }

    private static ByteBuffer[] whole(byte[] bytes) {
        return new ByteBuffer[] {ByteBuffer.wrap(bytes)};
    }

    /** Reads all that is left of a big-endian buffer, which is not needed afterwards. */
    PoolMessage read(byte kind, ByteBuffer buffer) {
        return switch (kind) {
            case CHUNK -> ChunkFormat.readChunk(buffer);
            case ANSWER -> ChunkFormat.readAnswer(buffer);
            case PIECE -> ChunkFormat.readPiece(buffer);
            case OTHER -> other(buffer);
            default ->
                throw new MalformedValueException(
                        "a message must be of a kind that this version knows, got '" + (char) kind + "'");
        };
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
