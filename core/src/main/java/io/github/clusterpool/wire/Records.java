package io.github.clusterpool.wire;

import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records travel as their components, and are made by their canonical constructor. */
final class Records {
    private Records() {}

    /** A record class, taken apart by its fields: accessors may be user code, and may copy. */
    record Shape(Class<?> type, List<String> names, MethodHandle[] fields, MethodHandle constructor) {
        private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
            @Override
            protected Shape computeValue(Class<?> type) {
                return read(type);
            }
        };

        /** @throws CannotTravelException if the record's module keeps it closed */
        static Shape of(Class<?> type) {
            return SHAPES.get(type);
        }

        private static Shape read(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            MethodHandle[] fields = new MethodHandle[components.length];
            try {
                for (int i = 0; i < fields.length; i++) {
                    Field field = type.getDeclaredField(components[i].getName());
                    field.setAccessible(true);
                    fields[i] = MethodHandles.lookup()
                            .unreflectGetter(field)
                            .asType(MethodType.methodType(Object.class, Object.class));
                }
                Class<?>[] types =
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                MethodHandle maker = MethodHandles.lookup()
                        .unreflectConstructor(constructor)
                        .asSpreader(Object[].class, types.length)
                        .asType(MethodType.methodType(Object.class, Object[].class));
                List<String> names =
                        Arrays.stream(components).map(RecordComponent::getName).toList();
                return new Shape(type, names, fields, maker);
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new CannotTravelException(
                        type.getName(),
                        "a " + type.getName() + " cannot travel; its package must be open to clusterpool (" + e + ")",
                        e);
            }
        }
    }

    /** A record class of the sender's dictionary. Each component's code is the one of its first value that is not null. */
    static final class Sent implements SentTypes.Entry {
        private final int code;
        private final Shape shape;
        private final int[] expected;

        Sent(int code, Shape shape) {
            this.code = code;
            this.shape = shape;
            this.expected = new int[shape.names().size()];
            Arrays.fill(expected, SentTypes.UNSET);
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public void write(Object value, ValueWriter out) throws IOException {
            MethodHandle[] fields = shape.fields();
            out.begin(fields.length);
            int i = 0;
            try {
                for (; i < fields.length; i++) {
                    Object part = get(fields[i], value);
                    if (part != null && expected[i] == SentTypes.UNSET) {
                        learn(i, part, out.types());
                    }
                    out.value(part, expected[i]);
                }
            } catch (CannotTravelException e) {
                throw e.within("component '" + shape.names().get(i) + "' of "
                        + shape.type().getName());
            }
            out.end();
        }

        @Override
        public void describe(CBORGenerator out) throws IOException {
            out.writeStartArray(null, 2 + 2 * expected.length);
            out.writeString("r");
            out.writeString(shape.type().getName());
            for (int i = 0; i < expected.length; i++) {
                out.writeString(shape.names().get(i));
                out.writeNumber(expected[i] == SentTypes.UNSET ? Builtins.PLAIN : expected[i]);
            }
            out.writeEndArray();
        }

        private void learn(int component, Object part, SentTypes types) {
            expected[component] = types.of(part).code();
            types.learnt(() -> expected[component] = SentTypes.UNSET);
        }

        private static @Nullable Object get(MethodHandle field, Object value) {
            try {
                return (Object) field.invokeExact(value);
            } catch (Throwable e) {
                throw new IllegalStateException("reading a field must not fail", e);
            }
        }
    }

    /** A record class of the receiver's dictionary. */
    record Received(Shape shape, int[] expected) implements ReceivedTypes.Reader {
        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Object read(ValueReader in) throws IOException {
            @Nullable Object[] parts = new @Nullable Object[expected.length];
            in.open();
            for (int i = 0; i < parts.length; i++) {
                parts[i] = in.value(expected[i]);
            }
            in.close();
            try {
                return (Object) shape.constructor().invokeExact(parts);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable e) {
                throw new MalformedValueException(
                        "a " + shape.type().getName() + " cannot be made of what was sent: " + e, e);
            }
        }
    }
}
