package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.ValueCodec;
import io.github.clusterpool.wire.WireRules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/**
 * Writes the pool's messages: as typed CBOR like any value, and those that carry nearly all traffic, a chunk out, its
 * outcomes back and pieces of blobs, as plain binary around their unopened payload.
 */
public final class PoolSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    private static final int IDENTIFIER = 7_310_457;
    private static final String CHUNK = "c";
    private static final String ANSWER = "a";
    private static final String PIECE = "p";
    private static final String OTHER = "";

    private static final ValueCodec WORK =
            new ValueCodec(ours(WireRules.MOST_BYTES), List.of()).withLoader(PoolSerializer.class.getClassLoader());

    private final ValueCodec codec;

    /** Made by Pekko. */
    public PoolSerializer(ExtendedActorSystem system) {
        this.codec = new ValueCodec(ours(WireRules.defaults().maxBytes()), List.of(new Refs(system)))
                .withLoader(PoolSerializer.class.getClassLoader());
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

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
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

    @Override
    public byte[] toBinary(Object message) {
        if (message instanceof BlobPort.Piece piece) {
            ByteBuffer buffer = ByteBuffer.allocate(ChunkFormat.size(piece));
            ChunkFormat.write(piece, buffer);
            return buffer.array();
        }
        Object content = content(message);
        if (content instanceof NodeHost.RunChunk chunk) {
            return ChunkFormat.write(number(message), chunk, codec);
        }
        return content instanceof PoolSupervisor.WorkerAnswered answered
                ? ChunkFormat.write(number(message), answered.answer())
                : codec.encode(message);
    }

    @Override
    public void toBinary(Object message, ByteBuffer buffer) {
        if (message instanceof BlobPort.Piece piece) {
            ByteBuffer bigEndian = buffer.slice().order(ByteOrder.BIG_ENDIAN);
            ChunkFormat.write(piece, bigEndian);
            buffer.position(buffer.position() + bigEndian.position());
        } else {
            buffer.put(toBinary(message));
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return fromBinary(ByteBuffer.wrap(bytes), manifest);
    }

    @Override
    public Object fromBinary(ByteBuffer buffer, String manifest) {
        // Artery's buffer is little-endian and used again: its order must not be changed
        ByteBuffer bigEndian = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        buffer.position(buffer.limit());
        return switch (manifest) {
            case CHUNK -> ChunkFormat.readChunk(bigEndian, codec);
            case ANSWER -> ChunkFormat.readAnswer(bigEndian);
            case PIECE -> ChunkFormat.readPiece(bigEndian);
            default -> message(bigEndian);
        };
    }

    private PoolMessage message(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        if (codec.decode(bytes) instanceof PoolMessage message) {
            return message;
        }
        throw new MalformedValueException("a message of the pool must be one of its own records");
    }

    /** References to actors, as text. */
    @SuppressWarnings("rawtypes") // a reference's type is known to those who made the record it is in
    private static final class Refs implements Extension<ActorRef> {
        private final ExtendedActorSystem system;

        // looked up late: a serializer that asks for it while the system starts waits for itself
        private @Nullable ActorRefResolver resolver;

        Refs(ExtendedActorSystem system) {
            this.system = system;
        }

        @Override
        public String name() {
            return "ref";
        }

        @Override
        public boolean handles(Class<?> type) {
            return ActorRef.class.isAssignableFrom(type);
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<@Nullable Object> parts(ActorRef ref) {
            return List.of(resolver().toSerializationFormat(ref));
        }

        @Override
        public ActorRef make(List<@Nullable Object> parts, ClassLoader loader) {
            if (parts.size() == 1 && parts.get(0) instanceof String text) {
                return resolver().resolveActorRef(text);
            }
            throw new MalformedValueException("a reference must be its text");
        }

        private ActorRefResolver resolver() {
            ActorRefResolver known = resolver;
            if (known == null) {
                known = ActorRefResolver.get(Adapter.toTyped(system));
                resolver = known;
            }
            return known;
        }
    }

    static WorkerRef workerRef(ByteBuffer buffer) {
        return new WorkerRef(buffer.getInt(), buffer.getLong());
    }
}
