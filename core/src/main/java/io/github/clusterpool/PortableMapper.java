package io.github.clusterpool;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.github.clusterpool.wire.ValueCodec;
import io.github.clusterpool.wire.WireRules;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Makes the Jackson mapper of {@link Portable} classes: by fields, never with default typing, no modules of the class path. */
final class PortableMapper {
    /** What databind cannot read back on its own, though values of these types travel. */
    private static final List<Class<?>> OURS = List.of(
            Instant.class,
            Duration.class,
            Period.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            ZoneId.class,
            ZoneOffset.class,
            Year.class,
            YearMonth.class,
            MonthDay.class,
            Optional.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class);

    /** A field declared so says nothing of what it holds: a Long in it would come back as an Integer. */
    private static final Set<Class<?>> UNTYPED =
            Set.of(Object.class, Number.class, Comparable.class, Serializable.class, CharSequence.class);

    private PortableMapper() {}

    static ObjectMapper of(PortableTypes types, ClassLoader loader) {
        WireRules rules = types.rules();
        CBORFactory factory = CBORFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(rules.maxDepth())
                        .maxStringLength(rules.maxStringLength())
                        .build())
                .build();
        return CBORMapper.builder(factory)
                .typeFactory(TypeFactory.defaultInstance().withClassLoader(loader))
                .polymorphicTypeValidator(types.new Validator(loader))
                .visibility(PropertyAccessor.ALL, Visibility.NONE)
                .visibility(PropertyAccessor.FIELD, Visibility.ANY)
                .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
                .addModule(values(new ValueCodec(rules, List.of()).withLoader(loader)))
                .build();
    }

    private static SimpleModule values(ValueCodec codec) {
        SimpleModule module = new SimpleModule("clusterpool");
        OURS.forEach(type -> add(module, type, codec));
        return module.setSerializerModifier(new TypedFields());
    }

    private static <T> void add(SimpleModule module, Class<T> type, ValueCodec codec) {
        module.addSerializer(type, new ValueSerializer<>(type, codec));
        module.addDeserializer(type, new ValueDeserializer<>(type, codec));
    }

    private static final class ValueSerializer<T> extends StdSerializer<T> {
        private static final long serialVersionUID = 1;

        private final transient ValueCodec codec;

        ValueSerializer(Class<T> type, ValueCodec codec) {
            super(type);
            this.codec = codec;
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeBinary(codec.encode(value));
        }
    }

    private static final class ValueDeserializer<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1;

        private final transient ValueCodec codec;
        private final Class<T> type;

        ValueDeserializer(Class<T> type, ValueCodec codec) {
            super(type);
            this.codec = codec;
            this.type = type;
        }

        @Override
        @SuppressWarnings("NullAway") // null is not written as bytes
        public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return type.cast(codec.decode(in.getBinaryValue()));
        }
    }

    private static final class TypedFields extends BeanSerializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public List<BeanPropertyWriter> changeProperties(
                SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> fields) {
            for (BeanPropertyWriter field : fields) {
                if (isUntyped(field.getType())
                        && field.getAnnotation(JsonTypeInfo.class) == null
                        && field.getAnnotation(JsonDeserialize.class) == null) {
                    throw new IllegalArgumentException("field '" + field.getName() + "' of "
                            + bean.getBeanClass().getName() + " must say what it holds, got "
                            + field.getType().toCanonical() + "; give it a type or a @JsonTypeInfo");
                }
            }
            return fields;
        }

        private static boolean isUntyped(JavaType type) {
            if (OURS.contains(type.getRawClass())) {
                return false;
            }
            return UNTYPED.contains(type.getRawClass())
                    || (type.hasContentType() && isUntyped(type.getContentType()))
                    || (type.isMapLikeType() && isUntyped(type.getKeyType()));
        }
    }

    /** The innermost words of a Jackson exception, without where in the bytes it was. */
    static String message(Exception e) {
        return e instanceof JsonMappingException mapping
                ? mapping.getOriginalMessage()
                : String.valueOf(e.getMessage());
    }
}
