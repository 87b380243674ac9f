package io.github.clusterpool.wire;

import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Arrays of primitives, as little-endian bytes (but byte[], which is natural CBOR), and of objects, with their component type. */
final class ArrayTypes {
    private ArrayTypes() {}

    static void register(Builtins.Table table) {
        table.mutable(20, 21, 89, 90, 91, 92, 93);
        table.add(
                21,
                int[].class,
                (v, out) -> {
                    byte[] bytes = bytes(v.length, Integer.BYTES);
                    buffer(bytes).asIntBuffer().put(v);
                    out.bytes(bytes);
                },
                in -> {
                    ByteBuffer bytes = bytes(in, Integer.BYTES);
                    int[] array = new int[bytes.remaining() / Integer.BYTES];
                    bytes.asIntBuffer().get(array);
                    return array;
                });
        table.add(
                89,
                long[].class,
                (v, out) -> {
                    byte[] bytes = bytes(v.length, Long.BYTES);
                    buffer(bytes).asLongBuffer().put(v);
                    out.bytes(bytes);
                },
                in -> {
                    ByteBuffer bytes = bytes(in, Long.BYTES);
                    long[] array = new long[bytes.remaining() / Long.BYTES];
                    bytes.asLongBuffer().get(array);
                    return array;
                });
        table.add(
                20,
                double[].class,
                (v, out) -> {
                    byte[] bytes = bytes(v.length, Double.BYTES);
                    buffer(bytes).asDoubleBuffer().put(v);
                    out.bytes(bytes);
                },
                in -> {
                    ByteBuffer bytes = bytes(in, Double.BYTES);
                    double[] array = new double[bytes.remaining() / Double.BYTES];
                    bytes.asDoubleBuffer().get(array);
                    return array;
                });
        table.add(
                90,
                float[].class,
                (v, out) -> {
                    byte[] bytes = bytes(v.length, Float.BYTES);
                    buffer(bytes).asFloatBuffer().put(v);
                    out.bytes(bytes);
                },
                in -> {
                    ByteBuffer bytes = bytes(in, Float.BYTES);
                    float[] array = new float[bytes.remaining() / Float.BYTES];
                    bytes.asFloatBuffer().get(array);
                    return array;
                });
        registerShort(table);
    }

    private static void registerShort(Builtins.Table table) {
        table.add(
                91,
                short[].class,
                (v, out) -> {
                    byte[] bytes = bytes(v.length, Short.BYTES);
                    buffer(bytes).asShortBuffer().put(v);
                    out.bytes(bytes);
                },
                in -> {
                    ByteBuffer bytes = bytes(in, Short.BYTES);
                    short[] array = new short[bytes.remaining() / Short.BYTES];
                    bytes.asShortBuffer().get(array);
                    return array;
                });
        table.add(
                92,
                char[].class,
                (v, out) -> {
                    byte[] bytes = bytes(v.length, Character.BYTES);
                    buffer(bytes).asCharBuffer().put(v);
                    out.bytes(bytes);
                },
                in -> {
                    ByteBuffer bytes = bytes(in, Character.BYTES);
                    char[] array = new char[bytes.remaining() / Character.BYTES];
                    bytes.asCharBuffer().get(array);
                    return array;
                });
        table.add(
                93,
                boolean[].class,
                (v, out) -> {
                    byte[] bytes = new byte[v.length];
                    for (int i = 0; i < v.length; i++) {
                        bytes[i] = (byte) (v[i] ? 1 : 0);
                    }
                    out.bytes(bytes);
                },
                in -> {
                    byte[] bytes = in.asBytes();
                    boolean[] array = new boolean[bytes.length];
                    for (int i = 0; i < bytes.length; i++) {
                        array[i] = bytes[i] != 0;
                    }
                    return array;
                });
    }

    private static byte[] bytes(int length, int width) {
        if (length > Integer.MAX_VALUE / width) {
            throw new CannotTravelException(
                    "array",
                    "an array must have less than 2 GiB to travel, got " + length + " elements; send it in parts");
        }
        return new byte[length * width];
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer bytes(ValueReader in, int width) throws IOException {
        return in.asBytes(width).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What is left when all dimensions are taken off. */
    static Class<?> elementType(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element;
    }

    /** An array class of the sender's dictionary. */
    record Sent(int code, Class<?> type) implements SentTypes.Entry {
        @Override
        public boolean isMutable() {
            return true;
        }

        @Override
        public void write(Object value, ValueWriter out) throws IOException {
            out.elements(Arrays.asList((Object[]) value));
        }

        @Override
        public void describe(CborOut out) {
            out.array(2);
            out.text("a");
            out.text(type.getName());
        }
    }

    /** An array class of the receiver's dictionary. */
    record Received(Class<?> type) implements ReceivedTypes.Reader {
        @Override
        public Object read(ValueReader in) throws IOException {
            Object[] elements = in.elements();
            Object[] array = (Object[]) Array.newInstance(type.getComponentType(), elements.length);
            System.arraycopy(elements, 0, array, 0, elements.length);
            return array;
        }
    }
}
