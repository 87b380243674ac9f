package io.github.clusterpool;

import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.MalformedValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a handle on an exported variable travel: as its name. */
final class ExportedExtension implements Extension<Exported<?>> {
    @Override
    public String name() {
        return "exported";
    }

    @Override
    public boolean handles(Class<?> type) {
        return type == Exported.class;
    }

    @Override
    public List<@Nullable Object> parts(Exported<?> exported) {
        return List.of(exported.name());
    }

    @Override
    public Exported<?> make(List<@Nullable Object> parts, ClassLoader loader) {
        if (parts.size() == 1 && parts.get(0) instanceof String name) {
            return new Exported<>(name, null);
        }
        throw new MalformedValueException("an exported variable must be its name, got " + parts);
    }
}
