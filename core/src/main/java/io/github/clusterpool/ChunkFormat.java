package io.github.clusterpool;

import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.MalformedValueException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Chunks, their answers and pieces of blobs in binary: fixed fields, then what varies, each with its length before it.
 * Chunks and answers begin with their number on the way, 0 for none, and answers with that of the way before it. Big-endian.
 */
final class ChunkFormat {
    private static final int CHUNK_FIXED = 8 + 4 + 8 + 8 + 8 + 4 + 4 + 4 + 8 + 8 + 1 + 3 * Integer.BYTES;
    private static final int ANSWER_FIXED = 8 + 8 + 4 + 8 + 8 + 8 + 4 + 4 + 4 + 4 + 1 + 8 + Integer.BYTES;
    private static final Sequel[] SEQUELS = Sequel.values();

    private ChunkFormat() {}

    static byte[] write(long number, NodeHost.RunChunk chunk, Refs refs) {
        byte[] pool = chunk.pool().getBytes(StandardCharsets.UTF_8);
        byte[] key = HeaderFormat.key(chunk.header());
        byte[] server = HeaderFormat.server(chunk.header(), refs);
        int header = HeaderFormat.size(chunk.header(), key, server);
        int ended = chunk.ended().length * Long.BYTES;
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK_FIXED + pool.length + header + ended + chunk.arguments().length);
        buffer.putLong(number).putInt(chunk.ref().worker()).putLong(chunk.ref().incarnation());
        buffer.putLong(chunk.run()).putLong(chunk.job());
        buffer.putInt(chunk.first()).putInt(chunk.count()).putInt(chunk.attempt());
        buffer.putLong(chunk.epoch()).putLong(chunk.floor()).put((byte) (chunk.lent() ? 1 : 0));
        put(buffer, pool);
        HeaderFormat.put(buffer, chunk.header(), key, server);
        buffer.putInt(chunk.ended().length);
        for (long job : chunk.ended()) {
            buffer.putLong(job);
        }
        put(buffer, chunk.arguments());
        return buffer.array();
    }

    static NodeHost.Command readChunk(ByteBuffer buffer, Refs refs) {
        try {
            long number = buffer.getLong();
            var ref = workerRef(buffer);
            long run = buffer.getLong();
            long job = buffer.getLong();
            int first = buffer.getInt();
            int count = buffer.getInt();
            int attempt = buffer.getInt();
            long epoch = buffer.getLong();
            long floor = buffer.getLong();
            boolean lent = buffer.get() != 0;
            String pool = new String(get(buffer), StandardCharsets.UTF_8);
            JobHeader header = HeaderFormat.get(buffer, refs);
            long[] ended = new long[length(buffer, Long.BYTES)];
            for (int i = 0; i < ended.length; i++) {
                ended[i] = buffer.getLong();
            }
            NodeHost.RunChunk chunk = new NodeHost.RunChunk(
                    pool, ref, run, job, header, ended, first, count, attempt, epoch, floor, lent, get(buffer));
            return number == 0 ? chunk : new NodeHost.FromPool(number, chunk);
        } catch (BufferUnderflowException e) {
            throw cutOff(e);
        }
    }

    static byte[] write(long way, long number, Event.Answered answer) {
        ByteBuffer buffer = ByteBuffer.allocate(ANSWER_FIXED + answer.outcomes().length);
        buffer.putLong(way)
                .putLong(number)
                .putInt(answer.ref().worker())
                .putLong(answer.ref().incarnation());
        buffer.putLong(answer.run()).putLong(answer.job());
        buffer.putInt(answer.attempt()).putInt(answer.first());
        buffer.putInt(answer.count()).putInt(answer.failed());
        buffer.put(answer.sequel().code()).putLong(answer.nanos());
        put(buffer, answer.outcomes());
        return buffer.array();
    }

    static PoolSupervisor.Command readAnswer(ByteBuffer buffer) {
        try {
            long way = buffer.getLong();
            long number = buffer.getLong();
            var ref = workerRef(buffer);
            long run = buffer.getLong();
            long job = buffer.getLong();
            int attempt = buffer.getInt();
            int first = buffer.getInt();
            int count = buffer.getInt();
            int failed = buffer.getInt();
            Sequel sequel = sequel(buffer.get());
            long nanos = buffer.getLong();
            PoolSupervisor.WorkerAnswered answer = new PoolSupervisor.WorkerAnswered(
                    new Event.Answered(ref, run, job, attempt, first, count, failed, get(buffer), sequel, nanos));
            return number == 0 ? answer : new PoolSupervisor.FromNode(way, number, answer);
        } catch (BufferUnderflowException e) {
            throw cutOff(e);
        }
    }

    /** What comes before the bytes, and these where they are. */
    static ByteBuffer[] parts(BlobPort.Piece piece) {
        ByteBuffer head = ByteBuffer.allocate(BlobRef.BYTES + 2 * Integer.BYTES);
        head.put(piece.ref().toBytes()).putInt(piece.offset()).putInt(piece.length());
        return new ByteBuffer[] {head.flip(), ByteBuffer.wrap(piece.array(), piece.from(), piece.length())};
    }

    static BlobPort.Piece readPiece(ByteBuffer buffer) {
        try {
            byte[] ref = new byte[BlobRef.BYTES];
            buffer.get(ref);
            int offset = buffer.getInt();
            byte[] bytes = get(buffer);
            return new BlobPort.Piece(BlobRef.read(ref), offset, bytes, 0, bytes.length);
        } catch (BufferUnderflowException e) {
            throw cutOff(e);
        }
    }

    private static WorkerRef workerRef(ByteBuffer buffer) {
        return new WorkerRef(buffer.getInt(), buffer.getLong());
    }

    private static Sequel sequel(byte code) {
        for (Sequel sequel : SEQUELS) {
            if (sequel.code() == code) {
                return sequel;
            }
        }
        throw new MalformedValueException("a sequel must be from 0 to " + (SEQUELS.length - 1) + ", got " + code);
    }

    static void put(ByteBuffer buffer, byte[] bytes) {
        buffer.putInt(bytes.length).put(bytes);
    }

    static byte[] get(ByteBuffer buffer) {
        byte[] bytes = new byte[length(buffer, 1)];
        buffer.get(bytes);
        return bytes;
    }

    /** Nothing is allocated for more than there is. */
    private static int length(ByteBuffer buffer, int each) {
        int length = buffer.getInt();
        if (length < 0 || (long) length * each > buffer.remaining()) {
            throw new MalformedValueException(
                    "a length must be from 0 to what follows (" + buffer.remaining() + " bytes), got " + length);
        }
        return length;
    }

    private static MalformedValueException cutOff(BufferUnderflowException e) {
        return new MalformedValueException("a message must be whole, got its beginning", e);
    }
}
