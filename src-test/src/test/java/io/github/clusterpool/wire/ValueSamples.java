package io.github.clusterpool.wire;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.HijrahDate;
import java.time.chrono.HijrahEra;
import java.time.chrono.JapaneseDate;
import java.time.chrono.JapaneseEra;
import java.time.chrono.MinguoDate;
import java.time.chrono.ThaiBuddhistDate;
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One of every kind of value that comes back equal and of the same class; the same on every JDK. */
@SuppressWarnings({"JavaUtilDate", "JdkObsolete"}) // what users may still send
public final class ValueSamples {
    /** For {@code MethodSource}. */
    static final String ALL = "io.github.clusterpool.wire.ValueSamples#all";

    private ValueSamples() {}

    public static Stream<Object> all() {
        return Stream.of(scalars(), times(), names(), lists(), sets(), maps(), recordsAndEnums())
                .flatMap(each -> each);
    }

    record Empty() {}

    record Pair<A, B>(A first, B second) {}

    record Primitives(boolean z, byte b, short s, char c, int i, long l, float f, double d) {}

    record Node(int value, Node next) {}

    record Checked(List<Integer> sizes) {
        Checked {
            sizes = List.copyOf(sizes);
        }

        @Override
        public List<Integer> sizes() {
            throw new IllegalStateException("accessors must not be called");
        }
    }

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green!";
            }
        }
    }

    enum None {}

    sealed interface Shape permits Circle, Framed, Point {}

    record Circle(double radius) implements Shape {}

    record Framed<S extends Shape>(S inner, List<? extends Shape> around) implements Shape {}

    enum Point implements Shape {
        ORIGIN
    }

    /** Of all kinds; they have no equals of their own. */
    public static Stream<Object> arrays() {
        return Stream.of(
                new byte[] {1, -1},
                new byte[0],
                new byte[300_000],
                new short[] {1, -1},
                new char[] {'a', '\uD800'},
                new int[] {1, -1},
                new long[] {1, Long.MIN_VALUE},
                new float[] {1, Float.NaN},
                new double[] {-0.0, Double.NaN},
                new boolean[] {true, false},
                new Object[] {1, null, "x"},
                new Object[0],
                new String[] {"a", null},
                new Integer[][] {{1}, null, {}},
                new int[][] {{1, 2}, {}, null},
                new Colour[] {Colour.RED},
                new Pair<?, ?>[] {new Pair<>(1, 2)},
                new Number[] {1, 2L, 3.0},
                new List<?>[] {List.of(1), new ArrayList<>()},
                new Comparable<?>[] {1, "x"},
                new double[2][3][4]);
    }

    public static Stream<Object> scalars() {
        return Stream.of(
                true,
                false,
                (byte) -128,
                Byte.MAX_VALUE,
                Short.MIN_VALUE,
                (short) 7,
                'x',
                '\uFFFF',
                '\uD800',
                0,
                23,
                24,
                -24,
                -25,
                255,
                256,
                65_535,
                65_536,
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                0L,
                -1L,
                1L << 31,
                1L << 32,
                (1L << 32) - 1,
                (1L << 32) + 1,
                -(1L << 32),
                -(1L << 32) - 1,
                -(1L << 32) + 1,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                0f,
                -0f,
                Float.NaN,
                Float.MIN_VALUE,
                Float.POSITIVE_INFINITY,
                1.5f,
                0.0,
                -0.0,
                Double.NaN,
                Double.MIN_VALUE,
                Double.NEGATIVE_INFINITY,
                0.1,
                "",
                "text",
                "ä€😀",
                "x\0y",
                "\uD800",
                "a\uDC00b",
                "😀\uD83D",
                "é".repeat(100_000),
                "😀".repeat(50_001),
                "x" + "😀".repeat(50_001),
                BigInteger.ZERO,
                BigInteger.ONE.negate(),
                BigInteger.TWO.pow(64),
                BigInteger.TEN.pow(5_000).negate(),
                BigDecimal.ZERO,
                new BigDecimal("0.00"),
                new BigDecimal("1.10"),
                new BigDecimal("1E+2147483647"),
                new BigDecimal("-12345678901234567890.12345"),
                BigDecimal.valueOf(Long.MIN_VALUE, 3),
                new UUID(1, 2),
                UUID.nameUUIDFromBytes(new byte[] {1}),
                BitSet.valueOf(new long[] {5, 0, 9}),
                new BitSet(),
                Optional.empty(),
                Optional.of(5L),
                Optional.of(Optional.of("x")),
                OptionalInt.empty(),
                OptionalInt.of(3),
                OptionalLong.empty(),
                OptionalLong.of(3),
                OptionalDouble.empty(),
                OptionalDouble.of(Double.NaN),
                Comparator.naturalOrder(),
                Comparator.reverseOrder(),
                String.CASE_INSENSITIVE_ORDER,
                MathContext.DECIMAL128,
                new MathContext(0),
                Runtime.Version.parse("25.0.1+8-LTS"),
                new StackTraceElement("app", "m", "1", "demo.Main", "run", "Main.java", 7),
                new StackTraceElement("demo.Main", "run", null, -2));
    }

    public static Stream<Object> times() {
        return Stream.of(
                Instant.EPOCH,
                Instant.MIN,
                Instant.MAX,
                Instant.ofEpochSecond(1_700_000_000L, 123_456_789),
                Duration.ZERO,
                Duration.ofNanos(-1),
                Duration.ofSeconds(Long.MIN_VALUE),
                Period.of(1, -2, 3),
                LocalDate.MIN,
                LocalDate.MAX,
                LocalDate.of(2024, 2, 29),
                LocalTime.MIN,
                LocalTime.MAX,
                LocalDateTime.MIN,
                LocalDateTime.MAX,
                OffsetDateTime.MIN,
                OffsetDateTime.MAX,
                OffsetTime.MIN,
                OffsetTime.MAX,
                Year.of(-5),
                YearMonth.of(2024, 2),
                MonthDay.of(2, 29),
                ZoneOffset.UTC,
                ZoneOffset.ofTotalSeconds(-3_601),
                ZoneId.of("Europe/Berlin"),
                ZoneId.of("UTC"),
                ZoneId.of("GMT+2"),
                DayOfWeek.FRIDAY,
                Month.MAY,
                new Date(5),
                FileTime.from(Instant.ofEpochSecond(5, 6)),
                FileTime.from(Instant.MIN),
                JapaneseDate.of(2024, 2, 29),
                MinguoDate.of(113, 2, 29),
                ThaiBuddhistDate.of(2567, 2, 28),
                HijrahDate.of(1445, 8, 19),
                HijrahEra.AH,
                JapaneseEra.REIWA,
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin")),
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"))
                        .withLaterOffsetAtOverlap(),
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneOffset.UTC),
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("UTC")));
    }

    public static Stream<Object> names() {
        return Stream.of(
                URI.create("http://a/b?c#d"),
                Path.of("/tmp/ä"),
                Path.of(""),
                new File("a/b"),
                StandardCharsets.UTF_8,
                StandardCharsets.UTF_16LE,
                Currency.getInstance("EUR"),
                address(new byte[] {127, 0, 0, 1}),
                address(new byte[16]),
                address("name", new byte[] {1, 2, 3, 4}),
                InetSocketAddress.createUnresolved("nowhere.example", 80),
                new InetSocketAddress(address(new byte[] {127, 0, 0, 1}), 443));
    }

    private static InetAddress address(byte[] bytes) {
        return address(null, bytes);
    }

    private static InetAddress address(String name, byte[] bytes) {
        try {
            return InetAddress.getByAddress(name, bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static Stream<Object> lists() {
        return Stream.of(
                new ArrayList<>(),
                new ArrayList<>(Arrays.asList(1, null, 2L, "x", 3)),
                new ArrayList<>(List.of(1L, 2L, 3)),
                new ArrayList<>(Arrays.asList(null, null)),
                new LinkedList<>(List.of(1.5, 2.5)),
                Arrays.asList(1, null),
                new CopyOnWriteArrayList<>(List.of(1)),
                new Vector<>(Arrays.asList(1, null)),
                new Stack<>(),
                List.of(),
                List.of(1),
                List.of(1, 2L),
                List.of(1, 2, 3),
                List.copyOf(List.of("a", "b")),
                Stream.of().toList(),
                Stream.of(1).toList(),
                Stream.of(1, null, 2).toList(),
                Collections.emptyList(),
                Collections.singletonList(null),
                Collections.nCopies(3, "x"),
                Collections.nCopies(0, "x"),
                Collections.unmodifiableList(new ArrayList<>(List.of(1))),
                Collections.unmodifiableList(new LinkedList<>(List.of(1))),
                new ArrayList<>(List.of(new ArrayList<>(List.of(1L)), new ArrayList<>(List.of(2L)))),
                IntStream.range(0, 3_000).boxed().toList(),
                new ArrayList<>(Collections.nCopies(5_000, null)));
    }

    public static Stream<Object> sets() {
        return Stream.of(
                new HashSet<>(Arrays.asList(null, 1, "x")),
                new LinkedHashSet<>(List.of(3, 1, 2)),
                Set.of(),
                Set.of(1),
                Set.of(1, 2, 3),
                new TreeSet<>(List.of("b", "a")),
                new TreeSet<>(),
                new ConcurrentSkipListSet<>(List.of(2, 1)),
                new CopyOnWriteArraySet<>(List.of(2, 1)),
                ConcurrentHashMap.newKeySet(),
                Collections.unmodifiableSortedSet(new TreeSet<>(List.of(2, 1))),
                Collections.unmodifiableNavigableSet(new TreeSet<>(List.of(2, 1))),
                Collections.emptySet(),
                Collections.singleton(1),
                Collections.unmodifiableSet(new HashSet<>(List.of(1))),
                EnumSet.of(Colour.GREEN),
                EnumSet.noneOf(Colour.class),
                EnumSet.of(Character.UnicodeScript.LATIN, Character.UnicodeScript.GOTHIC),
                EnumSet.noneOf(Character.UnicodeScript.class));
    }

    public static Stream<Object> maps() {
        Map<Object, Object> keys = new HashMap<>();
        keys.put(null, 1);
        keys.put(1, null);
        keys.put(1L, "long");
        keys.put(new Pair<>(1, "x"), new Pair<>(2L, null));
        keys.put(List.of(1), Map.of(1, 2));
        EnumMap<Colour, Object> colours = new EnumMap<>(Map.of(Colour.GREEN, 1));
        colours.put(Colour.RED, null);
        TreeMap<String, Integer> reversed = new TreeMap<>(Comparator.reverseOrder());
        reversed.putAll(Map.of("a", 1, "b", 2));
        Properties properties = new Properties();
        properties.setProperty("a", "b");
        return Stream.of(
                keys,
                properties,
                new Hashtable<>(Map.of(1, "a")),
                new ConcurrentSkipListMap<>(Map.of(2, "b", 1, "a")),
                Collections.unmodifiableSortedMap(reversed),
                Collections.unmodifiableNavigableMap(reversed),
                new HashMap<>(),
                new LinkedHashMap<>(keys),
                new TreeMap<>(Map.of(2, "b", 1, "a")),
                reversed,
                colours,
                new EnumMap<>(Colour.class),
                Map.of(),
                Map.of(1, 2L),
                Map.of("a", 1, "b", 2),
                new ConcurrentHashMap<>(Map.of(1, 2)),
                Collections.emptyMap(),
                Collections.singletonMap(null, null),
                Collections.unmodifiableMap(new HashMap<>(Map.of(1, 2))),
                Map.entry(1, 2L),
                new SimpleEntry<>(null, 1),
                new SimpleImmutableEntry<>(1, null));
    }

    public static Stream<Object> recordsAndEnums() {
        record Local(String text) {}
        return Stream.of(
                new Empty(),
                new Pair<>(1, 2L),
                new Pair<>(null, new Pair<>(1L, List.of(1))),
                new Local("x"),
                new Primitives(true, (byte) 1, (short) 2, 'c', 3, 4L, 5f, 6.0),
                new Node(1, new Node(2, new Node(3, null))),
                new Checked(List.of(1, 2)).toString().isEmpty(),
                Colour.RED,
                Colour.GREEN,
                TimeUnit.DAYS,
                RoundingMode.HALF_UP,
                new Framed<>(new Circle(1), List.of(Point.ORIGIN, new Framed<>(Point.ORIGIN, List.of()))),
                new Pair<>(Colour.GREEN, Optional.of(Colour.RED)),
                new ArrayList<>(List.of(new Pair<>(1, 1L), new Pair<>(2, 2L), new Pair<>("deviates", 3))));
    }
}
