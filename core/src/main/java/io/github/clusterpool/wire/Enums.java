package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Enum constants travel as numbers, whose names stand in the dictionary; so do EnumSet and EnumMap. */
final class Enums {
    private enum Probe {
        KEY
    }

    private Enums() {}

    /** An enum of the sender's dictionary, with the names of the constants that were sent. */
    static final class Sent implements SentTypes.Entry {
        private final int code;
        private final Class<?> type;
        private final int[] numbers;
        private final List<String> names = new ArrayList<>();

        Sent(int code, Class<?> type) {
            this.code = code;
            this.type = type;
            this.numbers = new int[type.getEnumConstants().length];
            Arrays.fill(numbers, -1);
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public void write(Object value, ValueWriter out) throws IOException {
            out.number(number((Enum<?>) value, out.types()));
        }

        @SuppressWarnings("EnumOrdinal") // an index into this class's own table, not sent
        int number(Enum<?> constant, SentTypes types) {
            int ordinal = constant.ordinal();
            if (numbers[ordinal] < 0) {
                numbers[ordinal] = names.size();
                names.add(constant.name());
                if (types.isKept(code)) {
                    types.learnt(() -> {
                        numbers[ordinal] = -1;
                        names.remove(names.size() - 1);
                    });
                }
            }
            return numbers[ordinal];
        }

        @Override
        public void describe(CborOut out) {
            out.array(2 + names.size());
            out.text("e");
            out.text(type.getName());
            for (String name : names) {
                out.text(name);
            }
        }
    }

    /** An enum of the receiver's dictionary. */
    record Received(Class<?> type, Enum<?>[] constants) implements ReceivedTypes.Reader {
        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Enum<?> read(ValueReader in) throws IOException {
            return constants[in.asInt(0, constants.length - 1)];
        }
    }

    static void register(Builtins.Table table) {
        table.mutable(26, 27);
        table.<EnumSet<?>>addLike(
                26,
                (v, out) -> writeSet(v, out),
                Enums::readSet,
                EnumSet.noneOf(Probe.class),
                EnumSet.noneOf(Character.UnicodeScript.class));
        table.add(27, EnumMap.class, Enums::writeMap, Enums::readMap);
    }

    private static <E extends Enum<E>> void writeSet(EnumSet<E> set, ValueWriter out) throws IOException {
        EnumSet<E> some = set.isEmpty() ? EnumSet.complementOf(set) : set;
        if (some.isEmpty()) {
            throw new CannotTravelException(
                    "java.util.EnumSet", "an EnumSet of an enum without constants cannot travel; send Set.of()");
        }
        Sent type = out.types().enumEntry(some.iterator().next().getDeclaringClass());
        out.begin(1 + set.size());
        out.number(type.code());
        for (E constant : set) {
            out.number(type.number(constant, out.types()));
        }
        out.end();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static EnumSet<?> readSet(ValueReader in) throws IOException {
        in.open();
        Received type = in.nextEnum();
        EnumSet set = EnumSet.noneOf((Class) type.type());
        while (in.more()) {
            in.checkNew(set.add(type.read(in)));
        }
        return set;
    }

    private static void writeMap(EnumMap<?, ?> map, ValueWriter out) throws IOException {
        Sent type = out.types().enumEntry(keyType(map));
        out.begin(2 + 2 * map.size());
        out.number(type.code());
        int expected = out.types().commonCode(map.values());
        out.number(expected);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Enum<?> key = (Enum<?>) entry.getKey();
            out.number(type.number(key, out.types()));
            try {
                out.value(entry.getValue(), expected);
            } catch (CannotTravelException e) {
                throw e.within("the value of key " + key.name());
            }
        }
        out.end();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static EnumMap<?, ?> readMap(ValueReader in) throws IOException {
        in.open();
        Received type = in.nextEnum();
        int expected = in.nextInt();
        EnumMap map = new EnumMap(type.type());
        while (in.more()) {
            Enum<?> key = type.read(in);
            in.checkNew(!map.containsKey(key));
            map.put(key, in.value(expected));
        }
        return map;
    }

    /** An empty map names its key type only when it refuses a key of another one. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Class<?> keyType(EnumMap map) {
        if (!map.isEmpty()) {
            return ((Enum<?>) map.keySet().iterator().next()).getDeclaringClass();
        }
        try {
            map.clone().put(Probe.KEY, Probe.KEY);
        } catch (ClassCastException e) {
            String name = String.valueOf(e.getMessage()).replaceFirst(".* != class ", "");
            try {
                return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
            } catch (ClassNotFoundException | LinkageError notFound) {
                // refused below
            }
        }
        throw new CannotTravelException(
                "java.util.EnumMap", "an empty EnumMap cannot travel, as it hides its key type; send Map.of()");
    }
}
