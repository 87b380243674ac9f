package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import java.util.AbstractMap.SimpleEntry;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayDeque;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({"JavaUtilDate", "JdkObsolete"}) // what users may still send
class ValueCodecRoundTripTest {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    record Empty() {}

    private record Pair<A, B>(A first, B second) {}

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

    static Stream<Object> scalars() {
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
                UUID.randomUUID(),
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
                String.CASE_INSENSITIVE_ORDER);
    }

    static Stream<Object> times() {
        return Stream.of(
                Instant.EPOCH,
                Instant.MIN,
                Instant.MAX,
                Instant.now(),
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
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin")),
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"))
                        .withLaterOffsetAtOverlap(),
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneOffset.UTC),
                ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("UTC")));
    }

    static Stream<Object> names() throws Exception {
        return Stream.of(
                URI.create("http://a/b?c#d"),
                Path.of("/tmp/ä"),
                Path.of(""),
                new File("a/b"),
                StandardCharsets.UTF_8,
                StandardCharsets.UTF_16LE,
                Currency.getInstance("EUR"),
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                InetAddress.getByAddress(new byte[16]),
                InetAddress.getByAddress("name", new byte[] {1, 2, 3, 4}));
    }

    static Stream<Object> lists() {
        return Stream.of(
                new ArrayList<>(),
                new ArrayList<>(Arrays.asList(1, null, 2L, "x", 3)),
                new ArrayList<>(List.of(1L, 2L, 3)),
                new ArrayList<>(Arrays.asList(null, null)),
                new LinkedList<>(List.of(1.5, 2.5)),
                Arrays.asList(1, null),
                new CopyOnWriteArrayList<>(List.of(1)),
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

    static Stream<Object> sets() {
        return Stream.of(
                new HashSet<>(Arrays.asList(null, 1, "x")),
                new LinkedHashSet<>(List.of(3, 1, 2)),
                Set.of(),
                Set.of(1),
                Set.of(1, 2, 3),
                new TreeSet<>(List.of("b", "a")),
                new TreeSet<>(),
                Collections.emptySet(),
                Collections.singleton(1),
                Collections.unmodifiableSet(new HashSet<>(List.of(1))),
                EnumSet.of(Colour.GREEN),
                EnumSet.noneOf(Colour.class),
                EnumSet.allOf(Character.UnicodeScript.class),
                EnumSet.noneOf(Character.UnicodeScript.class));
    }

    static Stream<Object> maps() {
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
        return Stream.of(
                keys,
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

    static Stream<Object> recordsAndEnums() {
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
                new Pair<>(Colour.GREEN, Optional.of(Colour.RED)),
                new ArrayList<>(List.of(new Pair<>(1, 1L), new Pair<>(2, 2L), new Pair<>("deviates", 3))));
    }

    static Stream<Arguments> arrays() {
        return Stream.<Object>of(
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
                        new double[2][3][4])
                .map(array -> Arguments.of(array));
    }

    @ParameterizedTest
    @MethodSource({"scalars", "times", "names", "lists", "sets", "maps", "recordsAndEnums"})
    void decode_ofEncoded_equalsInValueAndClass(Object value) {
        Object back = CODEC.decode(CODEC.encode(value));

        assertThat(back).isEqualTo(value).hasSameClassAs(value).hasSameHashCodeAs(value);
        assertThat(back.toString()).isEqualTo(value.toString());
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void decode_ofArray_keepsComponentTypeAndContents(Object value) {
        Object back = CODEC.decode(CODEC.encode(value));

        assertThat(back).hasSameClassAs(value);
        assertThat(Arrays.deepEquals(new Object[] {back}, new Object[] {value})).isTrue();
    }

    @ParameterizedTest
    @MethodSource({"scalars", "times", "names", "lists", "sets", "maps", "recordsAndEnums"})
    void decode_insideOthers_equals(Object value) {
        var outer = new ArrayList<>(Arrays.asList(null, value, value, 7L, new Pair<>(value, "x"), Optional.of(value)));

        assertThat(CODEC.decode(CODEC.encode(outer))).isEqualTo(outer);
    }

    @Test
    void decode_everythingInOneSequence_equals() throws Exception {
        List<Object> all = new ArrayList<>();
        Stream.of(scalars(), times(), names(), lists(), sets(), maps(), recordsAndEnums())
                .forEach(stream -> stream.forEach(all::add));
        all.add(3, null);

        Slices slices = CODEC.encodeAll(all);

        Decoder decoder = CODEC.decoder(slices.types());
        assertThat(decoder.decode(slices.cut(0, all.size()), all.size())).isEqualTo(all);
        for (int i = 0; i < all.size(); i++) {
            assertThat(decoder.decode(slices.cut(i, i + 1), 1)).containsExactly(all.get(i));
        }
    }

    @Test
    void decode_null_isNull() {
        assertThat(CODEC.decode(CODEC.encode(null))).isNull();
    }

    @Test
    void decode_typesWithoutEquals_keepContents() throws Exception {
        var pattern = (Pattern) CODEC.decode(CODEC.encode(Pattern.compile("a.b", Pattern.CASE_INSENSITIVE)));
        var url = CODEC.decode(CODEC.encode(URI.create("file:/a").toURL()));
        var deque = (ArrayDeque<?>) CODEC.decode(CODEC.encode(new ArrayDeque<>(List.of(1, 2))));
        var checked = CODEC.decode(CODEC.encode(new Checked(List.of(1))));
        var wrapped = CODEC.decode(CODEC.encode(Collections.unmodifiableCollection(new ArrayList<>(List.of(1)))));

        assertThat(pattern.pattern()).isEqualTo("a.b");
        assertThat(pattern.flags()).isEqualTo(Pattern.CASE_INSENSITIVE);
        assertThat(url.toString()).isEqualTo("file:/a");
        assertThat(deque.stream().toList()).isEqualTo(List.of(1, 2));
        assertThat(checked).isEqualTo(new Checked(List.of(1)));
        assertThat((Iterable<?>) wrapped)
                .hasSameClassAs(Collections.unmodifiableCollection(List.of()))
                .first()
                .isEqualTo(1);
    }

    @Test
    void decode_allLocales_equal() {
        List<Locale> locales = new ArrayList<>(List.of(Locale.getAvailableLocales()));
        locales.add(new Locale("ja", "JP", "JP"));
        locales.add(new Locale("no", "NO", "NY"));
        locales.add(new Locale("xx", "odd country", "odd variant"));

        assertThat(CODEC.decode(CODEC.encode(locales))).isEqualTo(locales);
    }

    @Test
    void decode_views_comeBackAsEqualCopies() {
        Map<Integer, String> map = new LinkedHashMap<>(Map.of(1, "a"));

        assertThat(CODEC.decode(CODEC.encode(new ArrayList<>(List.of(1, 2, 3)).subList(1, 3))))
                .isEqualTo(List.of(2, 3));
        assertThat(CODEC.decode(CODEC.encode(List.of(1, 2, 3).subList(1, 3)))).isEqualTo(List.of(2, 3));
        assertThat(CODEC.decode(CODEC.encode(map.keySet()))).isEqualTo(map.keySet());
        assertThat(CODEC.decode(CODEC.encode(map.values()))).isEqualTo(List.of("a"));
        assertThat(CODEC.decode(CODEC.encode(map.entrySet()))).isEqualTo(map.entrySet());
        assertThat(CODEC.decode(CODEC.encode(new ArrayList<>(map.entrySet())))).isEqualTo(List.of(Map.entry(1, "a")));
    }

    @Test
    void decode_immutableLists_stayImmutable() {
        for (List<?> list :
                List.of(List.of(1), List.of(1, 2, 3), Stream.of(1, null).toList())) {
            var back = (List<?>) CODEC.decode(CODEC.encode(list));

            assertThatThrownBy(() -> back.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
