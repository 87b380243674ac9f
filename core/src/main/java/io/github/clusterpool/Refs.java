package io.github.clusterpool;

import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.MalformedValueException;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** References to actors in messages, as the text that the way between two JVMs has for them. */
@SuppressWarnings("rawtypes") // a reference's type is known to those who made the record it is in
abstract class Refs implements Extension<ActorRef> {
    abstract String text(ActorRef<?> ref);

    abstract ActorRef<?> resolve(String text);

    @Override
    public String name() {
        return "ref";
    }

    @Override
    public boolean handles(Class<?> type) {
        return ActorRef.class.isAssignableFrom(type);
    }

    @Override
    public List<@Nullable Object> parts(ActorRef ref) {
        return List.of(text(ref));
    }

    @Override
    public ActorRef make(List<@Nullable Object> parts, ClassLoader loader) {
        if (parts.size() == 1 && parts.get(0) instanceof String text) {
            return resolve(text);
        }
        throw new MalformedValueException("a reference must be its text");
    }
}
