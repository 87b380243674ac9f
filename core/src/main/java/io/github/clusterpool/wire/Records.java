package io.github.clusterpool.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records travel as their components, and are made by their canonical constructor. */
final class Records {
    private Records() {}

    /** A record class, taken apart by its fields: accessors may be user code, and may copy. */
    record Shape(
            Class<?> type,
            List<String> names,
            MethodHandle parts,
            MethodHandle constructor,
            byte[][] described,
            Components components) {
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
                Components known = Components.of(types);
                return new Shape(type, names, all(fields), maker, described(type, names, known), known);
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new CannotTravelException(
                        type.getName(),
                        "a " + type.getName() + " cannot travel; its package must be open to clusterpool (" + e + ")",
                        e);
            }
        }

        /** All parts by one handle, which the JIT compiles as one; by several it cannot. */
        private static MethodHandle all(MethodHandle[] fields) {
            MethodHandle array = MethodHandles.identity(Object[].class)
                    .asCollector(Object[].class, fields.length)
                    .asType(MethodType.genericMethodType(fields.length).changeReturnType(Object[].class));
            return MethodHandles.permuteArguments(
                    MethodHandles.filterArguments(array, 0, fields),
                    MethodType.methodType(Object[].class, Object.class),
                    new int[fields.length]);
        }

        /** The beginning of its entry in a dictionary, and the names of its components; all at once if nothing is open. */
        private static byte[][] described(Class<?> type, List<String> names, Components known) {
            byte[][] items = new byte[1 + names.size()][];
            CborOut out = new CborOut(WireRules.MOST_BYTES);
            out.array(2 + 2 * names.size());
            out.text("r");
            out.text(type.getName());
            if (known.areAllFixed()) {
                for (int i = 0; i < names.size(); i++) {
                    out.text(names.get(i));
                    out.number(known.codes()[i]);
                }
                return new byte[][] {out.toByteArray()};
            }
            items[0] = out.toByteArray();
            for (int i = 1; i < items.length; i++) {
                out.truncate(0);
                out.text(names.get(i - 1));
                items[i] = out.toByteArray();
            }
            return items;
        }

        /** The values of its components. */
        @Nullable
        Object[] take(Object value) {
            try {
                return (Object[]) parts.invokeExact(value);
            } catch (Throwable e) {
                throw new IllegalStateException("reading a field must not fail", e);
            }
        }
    }

    /**
     * What the declared types of a record's components tell of their values.
     *
     * @param codes how they are written, if there is only one way, or {@link SentTypes#UNSET}
     * @param classes of the values, if fixed
     */
    record Components(int[] codes, @Nullable Class<?>[] classes, SentTypes.@Nullable Writer[] writers) {
        static Components of(Class<?>[] types) {
            int[] codes = new int[types.length];
            @Nullable Class<?>[] classes = new Class<?>[types.length];
            SentTypes.@Nullable Writer[] writers = new SentTypes.Writer[types.length];
            for (int i = 0; i < types.length; i++) {
                Class<?> boxed = MethodType.methodType(types[i]).wrap().returnType();
                SentTypes.Writer writer = Modifier.isFinal(boxed.getModifiers()) ? Builtins.writer(boxed) : null;
                if (writer == null || writer.isMutable()) {
                    codes[i] = SentTypes.UNSET;
                } else {
                    codes[i] = writer.code();
                    classes[i] = boxed;
                    writers[i] = writer;
                }
            }
            return new Components(codes, classes, writers);
        }

        boolean areAllFixed() {
            return Arrays.stream(codes).noneMatch(code -> code == SentTypes.UNSET);
        }

        /** For one sequence, which learns the rest. */
        Components open() {
            return areAllFixed() ? this : new Components(codes.clone(), classes.clone(), writers.clone());
        }
    }

    /** A record class of the sender's dictionary. Each open component's code is the one of its first value that is not null. */
    static final class Sent implements SentTypes.Entry {
        private final int code;
        private final Shape shape;
        private final int[] expected;
        private final @Nullable Class<?>[] lastClasses;
        private final SentTypes.@Nullable Writer[] lastWriters; // of these classes, never any that may be taken back

        Sent(int code, Shape shape) {
            this.code = code;
            this.shape = shape;
            Components components = shape.components().open();
            this.expected = components.codes();
            this.lastClasses = components.classes();
            this.lastWriters = components.writers();
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public void write(Object value, ValueWriter out) throws IOException {
            @Nullable Object[] parts = shape.take(value);
            out.begin(parts.length);
            int i = 0;
            try {
                for (; i < parts.length; i++) {
                    writePart(i, parts[i], out);
                }
            } catch (CannotTravelException e) {
                throw e.within("component '" + shape.names().get(i) + "' of "
                        + shape.type().getName());
            }
            out.end();
        }

        @Override
        public void describe(CborOut out) {
            out.raw(shape.described()[0]);
            for (int i = 0; i < shape.described().length - 1; i++) {
                out.raw(shape.described()[1 + i]);
                out.number(expected[i] == SentTypes.UNSET ? Builtins.PLAIN : expected[i]);
            }
        }

        private void writePart(int i, @Nullable Object part, ValueWriter out) throws IOException {
            if (part == null) {
                out.nothing();
                return;
            }
            SentTypes.Writer last = lastWriters[i];
            SentTypes.Writer writer =
                    last != null && part.getClass() == lastClasses[i] ? last : remembered(i, part, out.types());
            if (expected[i] == SentTypes.UNSET) {
                learn(i, writer.code(), out.types());
            }
            out.value(part, writer, expected[i]);
        }

        private SentTypes.Writer remembered(int component, Object part, SentTypes types) {
            SentTypes.Writer writer = types.of(part);
            if (writer.code() < SentTypes.FIRST) {
                lastClasses[component] = part.getClass();
                lastWriters[component] = writer;
            }
            return writer;
        }

        private void learn(int component, int partCode, SentTypes types) {
            expected[component] = partCode;
            if (types.isKept(code)) {
                types.learnt(() -> expected[component] = SentTypes.UNSET);
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
