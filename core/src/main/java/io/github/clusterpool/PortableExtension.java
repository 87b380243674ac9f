package io.github.clusterpool;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.clusterpool.wire.CannotTravelException;
import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.UnknownClassException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Lets {@link Portable} classes travel: by name, and by what Jackson databind makes of them. */
final class PortableExtension implements Extension<Object> {
    /** With the class, so that a class loader that is dropped takes its mappers along. */
    private static final ClassValue<Map<PortableTypes, ObjectMapper>> MAPPERS = new ClassValue<>() {
        @Override
        protected Map<PortableTypes, ObjectMapper> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private final PortableTypes types;

    PortableExtension(PortableTypes types) {
        this.types = types;
    }

    @Override
    public String name() {
        return "portable";
    }

    @Override
    public boolean handles(Class<?> type) {
        return types.contain(type);
    }

    @Override
    public List<@Nullable Object> parts(Object value) {
        Class<?> type = value.getClass();
        boolean isFirst = !MAPPERS.get(type).containsKey(types);
        try {
            byte[] bytes = mapper(type).writeValueAsBytes(value);
            if (isFirst) {
                mapper(type).readValue(bytes, type); // one that cannot be made again is refused here, not there
            }
            return List.of(type.getName(), bytes);
        } catch (IOException | RuntimeException e) {
            MAPPERS.get(type).remove(types);
            throw new CannotTravelException(
                    type.getName(), Messages.notBound(type.getName(), PortableMapper.message(e)), e);
        }
    }

    @Override
    public Object make(List<@Nullable Object> parts, ClassLoader loader) {
        if (parts.size() != 2 || !(parts.get(0) instanceof String name) || !(parts.get(1) instanceof byte[] bytes)) {
            throw new MalformedValueException("a portable value must be its class name and its bytes");
        }
        if (!types.mayBeNamed(name)) {
            throw refused(name);
        }
        Class<?> type = find(name, loader);
        if (!types.contain(type)) {
            throw refused(name);
        }
        try {
            Object value = mapper(type).readValue(bytes, type);
            if (value != null) {
                return value;
            }
        } catch (IOException | RuntimeException e) {
            throw new MalformedValueException(
                    "a " + name + " cannot be made of what was sent: " + PortableMapper.message(e), e);
        }
        throw new MalformedValueException("a " + name + " must be there, got null");
    }

    private ObjectMapper mapper(Class<?> type) {
        return MAPPERS.get(type).computeIfAbsent(types, rules -> PortableMapper.of(rules, loader(type)));
    }

    private static ClassLoader loader(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader != null ? loader : ClassLoader.getPlatformClassLoader();
    }

    private static Class<?> find(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new UnknownClassException(name, e);
        }
    }

    private static MalformedValueException refused(String name) {
        return new MalformedValueException("class " + name
                + " must be marked @Portable or begin with one of clusterpool.values.portable-prefixes");
    }
}
