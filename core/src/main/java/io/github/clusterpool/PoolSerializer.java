package io.github.clusterpool;

import io.github.clusterpool.wire.MalformedValueException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/** Writes the pool's messages for Pekko, between a pool and its clients in other ActorSystems. */
public final class PoolSerializer extends SerializerWithStringManifest {
    static final int IDENTIFIER = 7_310_457;

    private final MessageFormat format;
    private final @Nullable Seal seal; // null where nobody looks who says what

    /** Made by Pekko. */
    public PoolSerializer(ExtendedActorSystem system) {
        this.format = new MessageFormat(new PekkoRefs(system));
        this.seal = system.settings().setup().get(Seal.class).orElse(null);
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return (char) MessageFormat.kind(message) + Seal.NONE;
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteBuffer[] parts = format.parts(message);
        int size = 0;
        for (ByteBuffer part : parts) {
            size += part.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (ByteBuffer part : parts) {
            all.put(part);
        }
        return all.array();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        if (manifest.length() != 1 + FrameWatch.SEAL_BYTES) {
            throw new MalformedValueException("a manifest must be a kind and a seal, got '" + manifest + "'");
        }
        PoolMessage message = format.read((byte) manifest.charAt(0), ByteBuffer.wrap(bytes));
        return seal == null || seal.isOn(manifest) ? message : refused(message);
    }

    /** Whoever can be told is told. */
    private static PoolMessage refused(PoolMessage message) {
        return message instanceof PoolSupervisor.Command command
                ? new Desks.NotAllowed(command)
                : new Unheeded(message);
    }

    /** What nobody handles. */
    private record Unheeded(PoolMessage message) implements PoolMessage {}
}
