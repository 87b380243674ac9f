package io.github.clusterpool;

import io.github.clusterpool.wire.MalformedValueException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Writes the pool's messages for Pekko, between a pool and its clients in other ActorSystems. */
public final class PoolSerializer extends SerializerWithStringManifest {
    static final int IDENTIFIER = 7_310_457;

    private final MessageFormat format;

    /** Made by Pekko. */
    public PoolSerializer(ExtendedActorSystem system) {
        this.format = new MessageFormat(new PekkoRefs(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return "" + (char) MessageFormat.kind(message) + FrameWatch.UNKNOWN;
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
        if (manifest.length() != 2) {
            throw new MalformedValueException("a manifest must be two characters, got '" + manifest + "'");
        }
        PoolMessage message = format.read((byte) manifest.charAt(0), ByteBuffer.wrap(bytes));
        return manifest.charAt(1) == FrameWatch.REFUSED ? refused(message) : message;
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
