package io.github.clusterpool.bench;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** The least a question and its answer can be on the wire. */
public final class AskSerializer extends SerializerWithStringManifest {
    private final ExtendedActorSystem system;

    public AskSerializer(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return 7_310_458;
    }

    @Override
    public String manifest(Object message) {
        return message instanceof BareAsk.Ping ? "i" : "o";
    }

    @Override
    public byte[] toBinary(Object message) {
        return message instanceof BareAsk.Ping ping
                ? refs().toSerializationFormat(ping.replyTo()).getBytes(StandardCharsets.UTF_8)
                : new byte[0];
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return manifest.equals("i")
                ? new BareAsk.Ping(refs().resolveActorRef(new String(bytes, StandardCharsets.UTF_8)))
                : new BareAsk.Pong();
    }

    private ActorRefResolver refs() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }
}
