package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ValueCodecPropertiesTest {
  private static final ValueCodec CODEC =
      new ValueCodec(new WireRules(List.of(), 64, 1_000_000, 10_000_000, 100_000), List.of());

  record Tree(Object left, Object right, int weight) {}

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
  void decode_ofMutatedBytes_failsOnlyAsMalformed(
      @ForAll("values") Object value, @ForAll Random random) {
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
        Arbitraries.of(new BigDecimal("0.0"), Optional.empty(), List.of(), -0.0f, 'x', (byte) 1));
    return Arbitraries.recursive(() -> leaf, ValueCodecPropertiesTest::containers, 0, 3);
  }

  @Provide
  Arbitrary<List<Object>> sequences() {
    return values().injectNull(0.1).list().ofMaxSize(20);
  }

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
      assertThat(expected)
          .hasMessageNotContaining("NullPointerException: Cannot invoke \"com.fasterxml");
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
    } else if (value instanceof Optional<?> optional && optional.isPresent()) {
      assertSameClasses(optional.get(), ((Optional<?>) back).orElseThrow());
    }
  }
}
