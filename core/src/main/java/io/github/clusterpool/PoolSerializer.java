package io.github.clusterpool;

import io.github.clusterpool.wire.MalformedValueException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/** Writes the pool's messages for Pekko, between a pool and its clients in other ActorSystems. */
public final class PoolSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 7_310_457;

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
        return String.valueOf((char) format.kind(message));
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
        if (manifest.length() != 1) {
            throw new MalformedValueException("a manifest must be one character, got '" + manifest + "'");
        }
        return format.read((byte) manifest.charAt(0), ByteBuffer.wrap(bytes));
    }

    /** By the full path, with the address of their ActorSystem. */
    private static final class PekkoRefs extends Refs {
        private final ExtendedActorSystem system;

        // looked up late: a serializer that asks for it while the system starts waits for itself
        private @Nullable ActorRefResolver resolver;

        PekkoRefs(ExtendedActorSystem system) {
            this.system = system;
        }

        @Override
        String text(ActorRef<?> ref) {
            return resolver().toSerializationFormat(ref);
        }

        @Override
        ActorRef<?> resolve(String text) {
            return resolver().resolveActorRef(text);
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
}
