package io.github.clusterpool.wire;

import io.github.clusterpool.wire.CborIn.Item;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Numbers, text, optional values and the like. */
final class Scalars {
    private Scalars() {}

    static void register(Builtins.Table table) {
        table.read(Builtins.PLAIN, ValueReader::plain);
        table.<Integer>write(Builtins.PLAIN, (v, out) -> out.number(v), Integer.class);
        table.<Boolean>write(Builtins.PLAIN, (v, out) -> out.flag(v), Boolean.class);
        table.<Float>write(Builtins.PLAIN, (v, out) -> out.real(v), Float.class);
        table.<Double>write(Builtins.PLAIN, (v, out) -> out.real(v), Double.class);
        table.<String>write(Builtins.PLAIN, (v, out) -> out.text(v), String.class);
        table.<byte[]>write(Builtins.PLAIN, (v, out) -> out.bytes(v), byte[].class);
        table.<ArrayList<?>>write(Builtins.PLAIN, (v, out) -> out.elements(v), ArrayList.class);

        table.add(7, Long.class, (v, out) -> out.number(v), ValueReader::asLong);
        table.read(Builtins.CHARS, Scalars::readChars);
        table.add(29, Short.class, (v, out) -> out.number(v), in -> (short) in.asInt(Short.MIN_VALUE, Short.MAX_VALUE));
        table.add(30, Byte.class, (v, out) -> out.number(v), in -> (byte) in.asInt(Byte.MIN_VALUE, Byte.MAX_VALUE));
        table.add(31, Character.class, (v, out) -> out.number(v), in -> (char) in.asInt(0, Character.MAX_VALUE));
        table.add(12, BigDecimal.class, Scalars::writeDecimal, Scalars::readDecimal);
        table.add(13, BigInteger.class, (v, out) -> out.bytes(v.toByteArray()), in -> new BigInteger(in.asBytes()));
        table.add(15, UUID.class, Scalars::writeUuid, Scalars::readUuid);
        table.mutable(32);
        table.add(32, BitSet.class, (v, out) -> out.bytes(v.toByteArray()), in -> BitSet.valueOf(in.asBytes()));
        table.add(33, Optional.class, Scalars::writeOptional, in -> readOptional(in));
        addOptionals(table);
        table.addLike(37, (v, out) -> out.number(0), in -> Collections.reverseOrder(), Collections.reverseOrder());
        table.<Comparator<String>>addLike(
                38, (v, out) -> out.number(0), in -> String.CASE_INSENSITIVE_ORDER, String.CASE_INSENSITIVE_ORDER);
    }

    private static void addOptionals(Builtins.Table table) {
        table.add(
                34,
                OptionalInt.class,
                (v, out) -> {
                    out.begin(v.isPresent() ? 1 : 0);
                    if (v.isPresent()) {
                        out.number(v.getAsInt());
                    }
                    out.end();
                },
                in -> {
                    in.open();
                    OptionalInt value = OptionalInt.empty();
                    while (in.more()) {
                        value = OptionalInt.of(in.asInt());
                    }
                    return value;
                });
        table.add(
                35,
                OptionalLong.class,
                (v, out) -> {
                    out.begin(v.isPresent() ? 1 : 0);
                    if (v.isPresent()) {
                        out.number(v.getAsLong());
                    }
                    out.end();
                },
                in -> {
                    in.open();
                    OptionalLong value = OptionalLong.empty();
                    while (in.more()) {
                        value = OptionalLong.of(in.asLong());
                    }
                    return value;
                });
        table.add(
                36,
                OptionalDouble.class,
                (v, out) -> {
                    out.begin(v.isPresent() ? 1 : 0);
                    if (v.isPresent()) {
                        out.real(v.getAsDouble());
                    }
                    out.end();
                },
                in -> {
                    in.open();
                    OptionalDouble value = OptionalDouble.empty();
                    while (in.more()) {
                        value = OptionalDouble.of(in.asDouble());
                    }
                    return value;
                });
    }

    private static void writeOptional(Optional<?> value, ValueWriter out) throws IOException {
        out.begin(value.isPresent() ? 1 : 0);
        if (value.isPresent()) {
            try {
                out.value(value.get(), Builtins.PLAIN);
            } catch (CannotTravelException e) {
                throw e.within("the optional value");
            }
        }
        out.end();
    }

    private static Optional<?> readOptional(ValueReader in) throws IOException {
        Object[] items = in.items();
        return items.length == 0 ? Optional.empty() : Optional.of(items[0]);
    }

    private static void writeDecimal(BigDecimal value, ValueWriter out) throws IOException {
        BigInteger unscaled = value.unscaledValue();
        out.begin(2);
        out.number(value.scale());
        if (unscaled.bitLength() < Long.SIZE) {
            out.number(unscaled.longValue());
        } else {
            out.bytes(unscaled.toByteArray());
        }
        out.end();
    }

    private static BigDecimal readDecimal(ValueReader in) throws IOException {
        in.open();
        int scale = in.nextInt();
        BigDecimal value = in.next() == Item.INTEGER
                ? BigDecimal.valueOf(in.asLong(), scale)
                : new BigDecimal(new BigInteger(in.asBytes()), scale);
        in.close();
        return value;
    }

    private static void writeUuid(UUID value, ValueWriter out) throws IOException {
        out.bytes(ByteBuffer.allocate(16)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array());
    }

    private static UUID readUuid(ValueReader in) throws IOException {
        ByteBuffer bytes = in.asBytes(16);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    /** As UTF-16, which keeps every char. */
    static void writeChars(String value, ValueWriter out) throws IOException {
        out.checkLength(value);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(2, value.length()));
        bytes.asCharBuffer().put(value);
        out.bytes(bytes.array());
    }

    private static String readChars(ValueReader in) throws IOException {
        return in.asBytes(2).asCharBuffer().toString();
    }
}
