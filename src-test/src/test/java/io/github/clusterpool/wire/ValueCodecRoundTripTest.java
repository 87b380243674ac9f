package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({"JavaUtilDate", "JdkObsolete"}) // what users may still send
class ValueCodecRoundTripTest {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    static Stream<Arguments> arrays() {
        return ValueSamples.arrays().map(array -> Arguments.of(array));
    }

    @ParameterizedTest
    @MethodSource(ValueSamples.ALL)
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
    @MethodSource(ValueSamples.ALL)
    void decode_insideOthers_equals(Object value) {
        var outer = new ArrayList<>(
                Arrays.asList(null, value, value, 7L, new ValueSamples.Pair<>(value, "x"), Optional.of(value)));

        assertThat(CODEC.decode(CODEC.encode(outer))).isEqualTo(outer);
    }

    @Test
    void decode_everythingInOneSequence_equals() {
        List<Object> all = new ArrayList<>(ValueSamples.all().toList());
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
        var queue = (PriorityQueue<?>) CODEC.decode(CODEC.encode(new PriorityQueue<>(Arrays.asList(5, 1, 4, 2, 3))));
        var concurrent = (Collection<?>) CODEC.decode(CODEC.encode(new ConcurrentLinkedQueue<>(List.of(2, 1))));
        var checked = CODEC.decode(CODEC.encode(new ValueSamples.Checked(List.of(1))));
        var wrapped = CODEC.decode(CODEC.encode(Collections.unmodifiableCollection(new ArrayList<>(List.of(1)))));

        assertThat(pattern.pattern()).isEqualTo("a.b");
        assertThat(pattern.flags()).isEqualTo(Pattern.CASE_INSENSITIVE);
        assertThat(url.toString()).isEqualTo("file:/a");
        assertThat(deque.stream().toList()).isEqualTo(List.of(1, 2));
        assertThat(queue.toString()).isEqualTo(new PriorityQueue<>(Arrays.asList(5, 1, 4, 2, 3)).toString());
        assertThat(concurrent).isInstanceOf(ConcurrentLinkedQueue.class).hasToString("[2, 1]");
        assertThat(checked).isEqualTo(new ValueSamples.Checked(List.of(1)));
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
