package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Currency;
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
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ValueCodecPropertiesTest {
    private static final ValueCodec CODEC =
            new ValueCodec(new WireRules(List.of(), 64, 1_000_000, 10_000_000, 100_000), List.of());

    record Tree(Object left, Object right, int weight) {}

    record Pair<A, B extends Comparable<B>>(A first, B second) {}

    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(Object side) implements Shape {}

    enum Sign {
        PLUS {
            @Override
            int of(int i) {
                return i;
            }
        },
        MINUS {
            @Override
            int of(int i) {
                return -i;
            }
        };

        abstract int of(int i);
    }

    @Property(tries = 2_000)
    void decode_ofEncoded_equals(@ForAll("values") Object value) {
        Object back = CODEC.decode(CODEC.encode(value));

        assertThat(back).isEqualTo(value);
        assertSameClasses(value, back);
    }

    @Property(tries = 500)
    void decode_ofAnyRun_equals(@ForAll("sequences") List<Object> values, @ForAll Random random) {
        Slices slices = CODEC.encodeAll(values);
        int from = random.nextInt(values.size() + 1);
        int to = from + random.nextInt(values.size() - from + 1);

        List<Object> back = CODEC.decoder(slices.types()).decode(slices.cut(from, to), to - from);

        assertThat(back).isEqualTo(values.subList(from, to));
        assertThat(CODEC.encodeAll(back).size()).isEqualTo(to - from);
    }

    @Property(tries = 20_000)
    void decode_ofMutatedBytes_failsOnlyAsMalformed(@ForAll("values") Object value, @ForAll Random random) {
        byte[] bytes = CODEC.encode(value);
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }

        assertFailsOnlyAsMalformed(bytes);
    }

    @Property(tries = 20_000)
    void decode_ofAnyBytes_failsOnlyAsMalformed(@ForAll byte[] bytes) {
        assertFailsOnlyAsMalformed(bytes);
        byte[] typeless = new byte[bytes.length + 1];
        typeless[0] = (byte) 0x80;
        System.arraycopy(bytes, 0, typeless, 1, bytes.length);
        assertFailsOnlyAsMalformed(typeless);
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.integers().map(i -> (Object) i),
                Arbitraries.longs().map(i -> (Object) i),
                Arbitraries.shorts().map(i -> (Object) i),
                Arbitraries.doubles().map(d -> (Object) d),
                Arbitraries.strings().ofMaxLength(20).map(s -> (Object) s),
                Arbitraries.bigDecimals().map(d -> (Object) d),
                Arbitraries.longs().map(i -> (Object) BigInteger.valueOf(i).pow(3)),
                Arbitraries.longs().map(i -> (Object) Instant.ofEpochMilli(i)),
                Arbitraries.longs().map(i -> (Object) Duration.ofNanos(i)),
                Arbitraries.of(DayOfWeek.values()).map(d -> (Object) d),
                Arbitraries.of(true, false).map(b -> (Object) b),
                Arbitraries.of(Sign.values()).map(sign -> (Object) sign),
                Arbitraries.doubles().map(Circle::new),
                Arbitraries.longs().map(seed -> oddity(new Random(seed))),
                Arbitraries.of(new BigDecimal("0.0"), Optional.empty(), List.of(), -0.0f, 'x', (byte) 1));
        return Arbitraries.recursive(() -> leaf, ValueCodecPropertiesTest::containers, 0, 3);
    }

    /** One of the JDK's smaller types. */
    private static Object oddity(Random random) {
        long n = random.nextLong();
        LocalDateTime time = LocalDateTime.ofEpochSecond(n >> 28, random.nextInt(1_000_000_000), ZoneOffset.UTC);
        List<Supplier<Object>> all = List.of(
                () -> time,
                time::toLocalDate,
                time::toLocalTime,
                () -> time.atZone(ZoneId.of("Europe/Berlin")),
                () -> time.atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(36_000))),
                () -> Period.ofDays((int) n),
                () -> Year.of(random.nextInt(3000)),
                () -> YearMonth.from(time),
                () -> MonthDay.from(time),
                () -> new UUID(n, random.nextLong()),
                () -> URI.create("scheme://host/" + Long.toHexString(n)),
                () -> Path.of("a", Long.toHexString(n)),
                () -> Locale.forLanguageTag(n < 0 ? "de-CH" : "zh-Hant-TW"),
                () -> BitSet.valueOf(new long[] {n, random.nextLong()}),
                () -> OptionalInt.of((int) n),
                () -> OptionalLong.of(n),
                () -> OptionalDouble.of(random.nextDouble()),
                () -> Currency.getInstance(n < 0 ? "EUR" : "JPY"),
                () -> StandardCharsets.UTF_16BE,
                () -> EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)), DayOfWeek.MONDAY),
                () -> new EnumMap<>(Map.of(DayOfWeek.of(1 + random.nextInt(7)), n)));
        return all.get(random.nextInt(all.size())).get();
    }

    @Provide
    Arbitrary<List<Object>> sequences() {
        return values().injectNull(0.1).list().ofMaxSize(20);
    }

    @SuppressWarnings("JdkObsolete") // LinkedList is for users who have some
    private static Arbitrary<Object> containers(Arbitrary<Object> inner) {
        Arbitrary<List<Object>> nullable = inner.injectNull(0.1).list().ofMaxSize(5);
        Arbitrary<List<Object>> lists = inner.list().ofMaxSize(5);
        return Arbitraries.oneOf(
                inner,
                nullable.map(ArrayList::new),
                nullable.map(list -> list.stream().toList()),
                nullable.map(HashSet::new),
                nullable.map(list -> Collections.unmodifiableList(new ArrayList<>(list))),
                lists.map(List::copyOf),
                inner.map(Optional::of),
                nullable.map(LinkedList::new),
                nullable.map(list -> Arrays.asList(list.toArray())),
                nullable.map(LinkedHashSet::new),
                nullable.map(list -> Collections.unmodifiableSet(new LinkedHashSet<>(list))),
                lists.map(Set::copyOf),
                inner.map(Collections::singletonList),
                inner.map(value -> Map.of("only", value)),
                inner.map(value -> Collections.unmodifiableMap(new TreeMap<>(Map.of(7, value)))),
                inner.map(value -> new AbstractMap.SimpleImmutableEntry<>("key", value)),
                inner.map(value -> new Pair<>(value, "second")),
                inner.map(Square::new),
                inner.map(value -> new Tree(value, null, 1)),
                inner.tuple2().map(pair -> new Tree(pair.get1(), pair.get2(), 2)),
                Arbitraries.maps(inner, inner).ofMaxSize(4).map(HashMap::new),
                Arbitraries.maps(inner.injectNull(0.2), inner.injectNull(0.2))
                        .ofMaxSize(4)
                        .map(LinkedHashMap::new));
    }

    private static void assertFailsOnlyAsMalformed(byte[] bytes) {
        long start = System.nanoTime();
        try {
            CODEC.decode(bytes);
        } catch (MalformedValueException expected) {
            assertThat(expected).hasMessageNotContaining("NullPointerException: Cannot invoke \"com.fasterxml");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    private static void assertSameClasses(Object value, Object back) {
        assertThat(back).hasSameClassAs(value);
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) != null) {
                    assertSameClasses(list.get(i), ((List<?>) back).get(i));
                }
            }
        } else if (value instanceof Tree tree) {
            assertSameClasses(tree.left(), ((Tree) back).left());
        } else if (value instanceof Pair<?, ?> pair) {
            assertSameClasses(pair.first(), ((Pair<?, ?>) back).first());
        } else if (value instanceof Square square) {
            assertSameClasses(square.side(), ((Square) back).side());
        } else if (value instanceof Optional<?> optional && optional.isPresent()) {
            assertSameClasses(optional.get(), ((Optional<?>) back).orElseThrow());
        }
    }
}
