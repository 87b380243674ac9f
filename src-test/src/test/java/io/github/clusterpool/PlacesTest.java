package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final Places<String, Integer> places = new Places<>();

    private void offer(String node, int slots, int used) {
        places.offered(node, new Places.Offer(node, slots, used, false));
    }

    @Test
    void take_nodesOfOneSize_spreadsEvenly() {
        offer("a", 4, 0);
        offer("b", 4, 0);

        assertThat(IntStream.range(0, 4).mapToObj(places::take)).containsExactlyInAnyOrder("a", "a", "b", "b");
    }

    @Test
    void take_nodesOfTwoSizes_usesTheSameShareOfBoth() {
        offer("small", 2, 0);
        offer("large", 6, 0);

        assertThat(IntStream.range(0, 4).mapToObj(places::take))
                .containsExactlyInAnyOrder("small", "large", "large", "large");
    }

    @Test
    void take_allUsed_isNullUntilOneIsFree() {
        offer("a", 1, 0);
        assertThat(places.take(1)).isEqualTo("a");
        assertThat(places.take(2)).isNull();

        places.arrived(1);
        offer("a", 1, 1);
        assertThat(places.take(2)).isNull();
        offer("a", 1, 0);

        assertThat(places.take(2)).isEqualTo("a");
    }

    @Test
    void take_nodeDrains_goesElsewhere() {
        places.offered("a", new Places.Offer("a", 4, 0, true));
        offer("b", 1, 0);

        assertThat(places.take(1)).isEqualTo("b");
        assertThat(places.take(2)).isNull();
    }

    @Test
    void take_nodeIsInDoubt_waitsUntilItIsHeardOf() {
        offer("a", 4, 0);
        places.doubt("a");
        assertThat(places.take(1)).isNull();

        offer("a", 4, 1);

        assertThat(places.take(1)).isEqualTo("a");
    }

    @Test
    void gone_aNodeWithWorkersUnderWay_isForgottenWithThem() {
        offer("a", 1, 0);
        places.take(1);
        places.gone("a");
        assertThat(places.count()).isZero();

        offer("a", 1, 0);
        places.arrived(1);

        assertThat(places.take(2)).isEqualTo("a");
        assertThat(places.take(3)).isNull();
    }
}
