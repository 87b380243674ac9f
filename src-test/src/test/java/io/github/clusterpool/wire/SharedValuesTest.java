package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can change and is held in two places is one thing again where it arrives. */
@SuppressWarnings({"JavaUtilDate", "JdkObsolete"}) // what users may still send
class SharedValuesTest {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    record Pair(Object first, Object second) {}

    static Stream<Arguments> mutable() {
        return Stream.<Object>of(
                        new ArrayList<>(List.of(1)),
                        new LinkedList<>(List.of(1)),
                        new HashMap<>(Map.of(1, 2)),
                        new TreeMap<>(Map.of(1, 2)),
                        new byte[] {1},
                        new int[] {1},
                        new String[] {"a"},
                        new Pair[0],
                        new BitSet(),
                        new Date(1))
                .map(value -> Arguments.of(value));
    }

    @ParameterizedTest
    @MethodSource("mutable")
    void decode_sameTwice_isSameTwice(Object shared) {
        var list = (List<?>) CODEC.decode(CODEC.encode(List.of(shared, shared)));
        var array = (Object[]) CODEC.decode(CODEC.encode(new Object[] {shared, 1L, shared}));
        var pair = (Pair) CODEC.decode(CODEC.encode(new Pair(shared, Optional.of(shared))));
        var map = (Map<?, ?>) CODEC.decode(CODEC.encode(Map.of(1, shared, 2, List.of(shared))));

        assertThat(list.get(0)).hasSameClassAs(shared).isSameAs(list.get(1));
        assertThat(array[0]).hasSameClassAs(shared).isSameAs(array[2]);
        assertThat(pair.first()).hasSameClassAs(shared).isSameAs(((Optional<?>) pair.second()).orElseThrow());
        assertThat(map.get(1)).hasSameClassAs(shared).isSameAs(((List<?>) map.get(2)).get(0));
    }

    @Test
    void decode_equalButNotSame_staysApart() {
        List<Integer> one = new ArrayList<>(List.of(1));

        var back = (List<?>) CODEC.decode(CODEC.encode(List.of(one, new ArrayList<>(one), one)));

        assertThat(back.get(0)).isEqualTo(back.get(1)).isNotSameAs(back.get(1)).isSameAs(back.get(2));
    }

    @Test
    void decode_sharedAtManyLevels_isSmallAndShared() {
        List<Object> level = new ArrayList<>(List.of(1));
        for (int i = 0; i < 100; i++) {
            level = new ArrayList<>(List.of(level, level));
        }

        byte[] bytes = CODEC.encode(level);
        var back = (List<?>) CODEC.decode(bytes);

        assertThat(bytes).hasSizeLessThan(1_000);
        for (int i = 0; i < 100; i++) {
            assertThat(back.get(0)).isSameAs(back.get(1));
            back = (List<?>) back.get(0);
        }
        assertThat(back).isEqualTo(List.of(1));
    }

    @Test
    void decode_sharedBetweenElementsOfASequence_isCopiedToEach() {
        int[] shared = {1};
        Slices slices = CODEC.encodeAll(List.of(List.of(shared, shared), List.of(shared, shared), shared));

        var last = (List<?>)
                CODEC.decoder(slices.types()).decode(slices.cut(1, 2), 1).get(0);
        List<?> all = CODEC.decoder(slices.types()).decode(slices.bytes(), 3);

        assertThat(last.get(0)).isSameAs(last.get(1));
        assertThat(((List<?>) all.get(0)).get(0)).isNotSameAs(((List<?>) all.get(1)).get(0));
        assertThat(all.get(2)).isEqualTo(new int[] {1});
    }

    @Test
    void decode_afterARefusal_countsFromTheStart() {
        int[] shared = {1};
        SlicesWriter writer = CODEC.writer();
        assertThatThrownBy(() -> writer.add(Arrays.asList(new int[] {7}, shared, new Object())))
                .isInstanceOf(CannotTravelException.class);
        writer.add(List.of(shared, shared));

        Slices slices = writer.finish();
        var back = (List<?>)
                CODEC.decoder(slices.types()).decode(slices.bytes(), 1).get(0);

        assertThat(back.get(0)).isSameAs(back.get(1)).isEqualTo(new int[] {1});
    }

    @Test
    void decode_referenceToNothing_isMalformed() {
        for (String hex : List.of("80D000", "808206D000", "808206D020")) {
            assertThatThrownBy(() -> CODEC.decode(HexFormat.of().parseHex(hex)))
                    .isInstanceOf(MalformedValueException.class)
                    .hasMessageStartingWith("a reference must be to one of 0 before it, got ");
        }
    }
}
