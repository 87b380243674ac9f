package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/** Maps of the JDK with any keys, and no subclasses of them; and entries. An entry of a mutable map comes back on its own. */
@SuppressWarnings("JdkObsolete") // a Hashtable that was sent must come back as one
final class Maps {
    private static final Builtins.Put<Map<?, ?>> ENTRIES = (v, out) -> out.entries(v);

    private Maps() {}

    static void register(Builtins.Table table) {
        table.mutable(9, 10, 109, 110, 116, 131, 132, 133);
        table.addLike(9, ENTRIES, in -> in.entries(new HashMap<>()), new HashMap<>());
        table.addLike(10, ENTRIES, in -> in.entries(new LinkedHashMap<>()), new LinkedHashMap<>());
        table.addLike(18, ENTRIES, in -> Map.copyOf(in.entries(new HashMap<>())), Map.of(), Map.of(1, 1));
        table.addLike(109, ENTRIES, in -> in.entries(new ConcurrentHashMap<>()), new ConcurrentHashMap<>());
        table.add(110, TreeMap.class, Maps::writeSorted, in -> readSorted(in, TreeMap::new));
        table.add(
                131, ConcurrentSkipListMap.class, Maps::writeSorted, in -> readSorted(in, ConcurrentSkipListMap::new));
        table.addLike(132, ENTRIES, in -> in.entries(new Hashtable<>()), new Hashtable<>());
        table.add(133, Properties.class, Maps::writeProperties, in -> in.entries(new Properties()));
        table.<SortedMap<?, ?>>addLike(
                134,
                Maps::writeSorted,
                in -> Collections.unmodifiableSortedMap(Maps.<TreeMap<Object, Object>>readSorted(in, TreeMap::new)),
                Collections.unmodifiableSortedMap(new TreeMap<>()));
        table.<SortedMap<?, ?>>addLike(
                135,
                Maps::writeSorted,
                in -> Collections.unmodifiableNavigableMap(Maps.<TreeMap<Object, Object>>readSorted(in, TreeMap::new)),
                Collections.unmodifiableNavigableMap(new TreeMap<>()),
                Collections.emptyNavigableMap());
        table.addLike(111, (v, out) -> out.number(0), in -> Collections.emptyMap(), Collections.emptyMap());
        table.addLike(112, ENTRIES, Maps::readSingleton, Collections.singletonMap(1, 1));
        table.addLike(
                113,
                ENTRIES,
                in -> Collections.unmodifiableMap(in.entries(new LinkedHashMap<>())),
                Collections.unmodifiableMap(new HashMap<>()));
        registerEntries(table);
    }

    private static void registerEntries(Builtins.Table table) {
        table.addLike(
                114,
                Maps::writeEntry,
                in -> {
                    Object[] parts = pair(in);
                    return Map.entry(parts[0], parts[1]);
                },
                Map.entry(1, 1));
        table.addLike(
                115,
                Maps::writeEntry,
                in -> {
                    Object[] parts = pair(in);
                    return new SimpleImmutableEntry<>(parts[0], parts[1]);
                },
                new SimpleImmutableEntry<>(1, 1));
        table.<Map.Entry<?, ?>>like(116, Maps::writeEntry, new SimpleEntry<>(1, 1));
        table.addFamily(116, Map.Entry.class, Maps::writeEntry, in -> {
            Object[] parts = pair(in);
            return new SimpleEntry<>(parts[0], parts[1]);
        });
    }

    private static void writeEntry(Map.Entry<?, ?> entry, ValueWriter out) throws IOException {
        out.begin(2);
        out.entry(entry, Builtins.PLAIN, Builtins.PLAIN);
        out.end();
    }

    private static Object[] pair(ValueReader in) throws IOException {
        in.open();
        Object[] parts = {in.value(Builtins.PLAIN), in.value(Builtins.PLAIN)};
        in.close();
        return parts;
    }

    private static Object readSingleton(ValueReader in) throws IOException {
        Map<?, ?> map = in.entries(new HashMap<>());
        if (map.size() != 1) {
            throw new MalformedValueException("a singleton must have one entry, got " + map.size());
        }
        Map.Entry<?, ?> entry = map.entrySet().iterator().next();
        return Collections.singletonMap(entry.getKey(), entry.getValue());
    }

    private static void writeSorted(SortedMap<?, ?> map, ValueWriter out) throws IOException {
        out.begin(2);
        Sequences.writeComparator(map.comparator(), "TreeMap", out);
        out.entries(map);
        out.end();
    }

    /** Not by way of a hash map: keys may be equal and yet not compare as equal. */
    @SuppressWarnings("unchecked")
    private static <M extends Map<Object, Object>> M readSorted(ValueReader in, Function<Comparator<Object>, M> maker)
            throws IOException {
        in.open();
        M map = maker.apply((Comparator<Object>) in.value(Builtins.PLAIN));
        in.next();
        return in.closing(in.entries(map));
    }

    private static void writeProperties(Properties properties, ValueWriter out) throws IOException {
        if (!properties.keySet().containsAll(properties.stringPropertyNames())) {
            throw new CannotTravelException(
                    "java.util.Properties",
                    "Properties with defaults cannot travel; copy them into Properties without, by stringPropertyNames()");
        }
        out.entries(properties);
    }
}
