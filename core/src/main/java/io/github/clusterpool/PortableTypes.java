package io.github.clusterpool;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import io.github.clusterpool.wire.WireRules;
import java.lang.reflect.Modifier;
import java.util.List;

/**
 * Which classes Jackson may bind: those marked {@link Portable}, and those whose names begin as configured; the same on both
 * sides. A name from the wire is checked before its class is loaded, and the class before it is initialised.
 */
record PortableTypes(WireRules rules, List<String> prefixes) {
    boolean contain(Class<?> type) {
        return mayBeNamed(type.getName())
                && isOrdinary(type)
                && (type.isAnnotationPresent(Portable.class)
                        || prefixes.stream().anyMatch(type.getName()::startsWith));
    }

    boolean mayBeNamed(String name) {
        return !name.startsWith("[") && !name.startsWith("java.") && rules.allows(name);
    }

    private static boolean isOrdinary(Class<?> type) {
        return !type.isRecord()
                && !type.isEnum()
                && !type.isHidden()
                && !type.isAnonymousClass()
                && !Enum.class.isAssignableFrom(type)
                && !Throwable.class.isAssignableFrom(type)
                && !Modifier.isAbstract(type.getModifiers());
    }

    /** For fields whose {@code @JsonTypeInfo} has class names on the wire: the same list. */
    final class Validator extends PolymorphicTypeValidator {
        private static final long serialVersionUID = 1;

        private final transient ClassLoader loader;

        Validator(ClassLoader loader) {
            this.loader = loader;
        }

        @Override
        public Validity validateBaseType(MapperConfig<?> config, JavaType baseType) {
            return Validity.INDETERMINATE;
        }

        /** Jackson would load and initialise it next. */
        @Override
        public Validity validateSubClassName(MapperConfig<?> config, JavaType baseType, String name) {
            try {
                return mayBeNamed(name) && contain(Class.forName(name, false, loader))
                        ? Validity.ALLOWED
                        : Validity.DENIED;
            } catch (ClassNotFoundException | LinkageError e) {
                return Validity.DENIED;
            }
        }

        @Override
        public Validity validateSubType(MapperConfig<?> config, JavaType baseType, JavaType subType) {
            return contain(subType.getRawClass()) ? Validity.ALLOWED : Validity.DENIED;
        }
    }
}
