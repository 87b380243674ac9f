package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Lists, sets and queues of the JDK, and no subclasses of them.
 *
 * <p>Each comes back as its own class, but for views: a subList and a map's values come back as an ArrayList (of an immutable
 * list: as an immutable list), a map's keys and entries as a LinkedHashSet. An access-ordered LinkedHashMap comes back in
 * insertion order.
 */
@SuppressWarnings("JdkObsolete") // a LinkedList that was sent must come back as one
final class Sequences {
    private static final Builtins.Put<Collection<?>> ELEMENTS = (v, out) -> out.elements(v);
    private static final Builtins.Put<Object> NOTHING = (v, out) -> out.number(0);
    private static final int LINKED_HASH_SET = 22;
    private static final int IMMUTABLE_LIST = 94;

    private Sequences() {}

    static void register(Builtins.Table table) {
        table.mutable(17, LINKED_HASH_SET, 23, 95, 96, 97, 99, 100, 122, 123, 124, 125, 126, 127, 128);
        lists(table);
        sets(table);
        wrappers(table);
        views(table);
    }

    private static void lists(Builtins.Table table) {
        table.addLike(8, ELEMENTS, in -> List.of(in.elements()), List.of(1));
        table.addLike(IMMUTABLE_LIST, ELEMENTS, in -> immutable(in.elements()), List.of(), List.of(1, 2, 3));
        table.addLike(23, ELEMENTS, in -> Arrays.asList(in.elements()), Arrays.asList(1));
        table.addLike(95, ELEMENTS, in -> new LinkedList<>(list(in)), new LinkedList<>());
        table.addLike(96, ELEMENTS, in -> new ArrayDeque<>(list(in)), new ArrayDeque<>());
        table.addLike(97, ELEMENTS, in -> new CopyOnWriteArrayList<>(in.elements()), new CopyOnWriteArrayList<>());
        table.addLike(122, ELEMENTS, in -> new Vector<>(list(in)), new Vector<>());
        table.addLike(123, ELEMENTS, Sequences::readStack, new Stack<>());
        table.addLike(124, ELEMENTS, in -> new ConcurrentLinkedQueue<>(list(in)), new ConcurrentLinkedQueue<>());
        table.addLike(125, ELEMENTS, in -> new ConcurrentLinkedDeque<>(list(in)), new ConcurrentLinkedDeque<>());
        table.add(126, PriorityQueue.class, Sequences::writeQueue, Sequences::readQueue);
        table.addLike(98, ELEMENTS, Sequences::readCopies, Collections.nCopies(1, 1));
    }

    private static void sets(Builtins.Table table) {
        table.addLike(17, ELEMENTS, in -> fill(in, n -> new HashSet<>(capacity(n))), new HashSet<>());
        table.addLike(LINKED_HASH_SET, ELEMENTS, Sequences::linkedSet, new LinkedHashSet<>());
        table.addLike(19, ELEMENTS, in -> Set.of(in.elements()), Set.of(), Set.of(1));
        table.addLike(99, ELEMENTS, in -> fill(in, n -> ConcurrentHashMap.newKeySet()), ConcurrentHashMap.newKeySet());
        table.add(100, TreeSet.class, Sequences::writeSorted, in -> readSorted(in, TreeSet::new));
        table.add(
                127,
                ConcurrentSkipListSet.class,
                Sequences::writeSorted,
                in -> readSorted(in, ConcurrentSkipListSet::new));
        table.addLike(128, ELEMENTS, in -> new CopyOnWriteArraySet<>(list(in)), new CopyOnWriteArraySet<>());
        table.<SortedSet<?>>addLike(
                129,
                Sequences::writeSorted,
                in -> Collections.unmodifiableSortedSet(readSorted(in, TreeSet::new)),
                Collections.unmodifiableSortedSet(new TreeSet<>()));
        table.<SortedSet<?>>addLike(
                130,
                Sequences::writeSorted,
                in -> Collections.unmodifiableNavigableSet(readSorted(in, TreeSet::new)),
                Collections.unmodifiableNavigableSet(new TreeSet<>()),
                Collections.emptyNavigableSet());
    }

    private static void views(Builtins.Table table) {
        table.like(Builtins.PLAIN, ELEMENTS, new ArrayList<>().subList(0, 0), new LinkedList<>().subList(0, 0));
        table.like(Builtins.PLAIN, ELEMENTS, Arrays.asList(1).subList(0, 0));
        table.like(IMMUTABLE_LIST, ELEMENTS, List.of(1).subList(0, 0));
        List<Map<Integer, Integer>> maps = List.of(
                new HashMap<>(),
                new LinkedHashMap<>(),
                new TreeMap<>(),
                new ConcurrentHashMap<>(),
                Map.of(),
                Map.of(1, 1),
                Collections.unmodifiableMap(new HashMap<>()));
        for (Map<Integer, Integer> map : maps) {
            table.like(Builtins.PLAIN, ELEMENTS, map.values());
            table.like(LINKED_HASH_SET, ELEMENTS, map.keySet(), map.entrySet());
        }
    }

    private static void wrappers(Builtins.Table table) {
        table.addLike(101, NOTHING, in -> Collections.emptyList(), Collections.emptyList());
        table.addLike(102, NOTHING, in -> Collections.emptySet(), Collections.emptySet());
        table.addLike(103, ELEMENTS, in -> Collections.singletonList(only(in)), Collections.singletonList(1));
        table.addLike(104, ELEMENTS, in -> Collections.singleton(only(in)), Collections.singleton(1));
        table.addLike(
                105,
                ELEMENTS,
                in -> Collections.unmodifiableList(list(in)),
                Collections.unmodifiableList(new ArrayList<>()));
        table.addLike(
                106,
                ELEMENTS,
                in -> Collections.unmodifiableList(new LinkedList<>(list(in))),
                Collections.unmodifiableList(new LinkedList<>()));
        table.addLike(
                107,
                ELEMENTS,
                in -> Collections.unmodifiableSet(linkedSet(in)),
                Collections.unmodifiableSet(new HashSet<>()));
        table.addLike(
                108,
                ELEMENTS,
                in -> Collections.unmodifiableCollection(list(in)),
                Collections.unmodifiableCollection(new ArrayList<>()));
    }

    /** As large as it would have grown, so that the order of hashing mostly stays. */
    private static int capacity(int size) {
        return (int) Math.max(16, size / 0.75);
    }

    private static List<Object> list(ValueReader in) throws IOException {
        return new ArrayList<>(Arrays.asList(in.elements()));
    }

    /** List.of of three or more and Stream.toList are one class; only the latter holds null, or fewer than three. */
    private static List<Object> immutable(Object[] elements) {
        boolean ofList = elements.length == 0
                || (elements.length > 2 && !Arrays.asList(elements).contains(null));
        return ofList ? List.of(elements) : Stream.of(elements).toList();
    }

    private static Object readCopies(ValueReader in) throws IOException {
        Object[] elements = in.elements();
        return Collections.nCopies(elements.length, elements.length == 0 ? null : elements[0]);
    }

    private static Object only(ValueReader in) throws IOException {
        Object[] elements = in.elements();
        if (elements.length != 1) {
            throw new MalformedValueException("a singleton must have one element, got " + elements.length);
        }
        return elements[0];
    }

    private static Set<Object> linkedSet(ValueReader in) throws IOException {
        return fill(in, n -> new LinkedHashSet<>(capacity(n)));
    }

    private static Set<Object> fill(ValueReader in, IntFunction<Set<Object>> maker) throws IOException {
        Object[] elements = in.elements();
        Set<Object> set = maker.apply(elements.length);
        for (Object element : elements) {
            in.checkNew(set.add(element));
        }
        return set;
    }

    private static void writeSorted(SortedSet<?> set, ValueWriter out) throws IOException {
        out.begin(2);
        writeComparator(set.comparator(), "TreeSet", out);
        out.elements(set);
        out.end();
    }

    @SuppressWarnings("unchecked")
    private static <S extends Set<Object>> S readSorted(ValueReader in, Function<Comparator<Object>, S> maker)
            throws IOException {
        in.open();
        S set = maker.apply((Comparator<Object>) in.value(Builtins.PLAIN));
        in.next();
        for (Object element : in.elements()) {
            in.checkNew(set.add(element));
        }
        return in.closing(set);
    }

    private static void writeQueue(PriorityQueue<?> queue, ValueWriter out) throws IOException {
        out.begin(2);
        writeComparator(queue.comparator(), "PriorityQueue", out);
        out.elements(queue);
        out.end();
    }

    /** In the order of its heap, so that each element stays where it was. */
    @SuppressWarnings("unchecked")
    private static Object readQueue(ValueReader in) throws IOException {
        in.open();
        PriorityQueue<Object> queue = new PriorityQueue<>((Comparator<Object>) in.value(Builtins.PLAIN));
        in.next();
        queue.addAll(Arrays.asList(in.elements()));
        return in.closing(queue);
    }

    private static Object readStack(ValueReader in) throws IOException {
        Stack<Object> stack = new Stack<>();
        stack.addAll(list(in));
        return stack;
    }

    static void writeComparator(Comparator<?> comparator, String owner, ValueWriter out) throws IOException {
        try {
            out.value(comparator, Builtins.PLAIN);
        } catch (CannotTravelException e) {
            throw e.within("the comparator of the " + owner);
        }
    }
}
