package io.github.clusterpool;

import java.util.function.Supplier;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/** By the full path, with the address of their ActorSystem. */
final class PekkoRefs extends Refs {
    private final Supplier<ActorSystem<?>> system;

    // looked up late: a serializer that asks for it while the system starts waits for itself
    private @Nullable ActorRefResolver resolver;

    PekkoRefs(ActorSystem<?> system) {
        this.system = () -> system;
    }

    /** For a serializer, which is made while the system starts. */
    PekkoRefs(ExtendedActorSystem system) {
        this.system = () -> Adapter.toTyped(system);
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
            known = ActorRefResolver.get(system.get());
            resolver = known;
        }
        return known;
    }
}
