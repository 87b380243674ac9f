package io.github.clusterpool;

import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.MalformedValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets exceptions travel as those of a function do: no code of theirs runs where they arrive, as a {@link RemoteException}. */
final class ThrowableExtension implements Extension<Throwable> {
    @Override
    public String name() {
        return "throwable";
    }

    @Override
    public boolean handles(Class<?> type) {
        return Throwable.class.isAssignableFrom(type);
    }

    @Override
    public List<@Nullable Object> parts(Throwable error) {
        return List.of(Failure.thrown(error));
    }

    @Override
    public Throwable make(List<@Nullable Object> parts, ClassLoader loader) {
        if (parts.size() == 1 && parts.get(0) instanceof Failure failure) {
            return failure.asException();
        }
        throw new MalformedValueException("an exception must be one failure, got " + parts.size() + " parts");
    }
}
