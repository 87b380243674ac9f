package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final Places<String, Integer> places = new Places<>("p", List.of());

    private void offer(String node, int slots, int used) {
        offer(places, node, slots, used, List.of());
    }

    private static void offer(
            Places<String, Integer> places, String node, int slots, int used, List<String> tags, Object... claims) {
        List<NodeDoor.Claim> all = new ArrayList<>();
        for (int i = 0; i < claims.length; i += 3) {
            all.add(new NodeDoor.Claim((String) claims[i], (int) claims[i + 1], (int) claims[i + 2], List.of()));
        }
        places.offered(node, new Places.Offer(node, slots, used, false, tags, all));
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
        places.offered("a", new Places.Offer("a", 4, 0, true, List.of(), List.of()));
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

    // ---- tags

    @Test
    void take_tagsWanted_onlyNodesWithAllOfThemServe() {
        Places<String, Integer> tagged = new Places<>("p", List.of("gpu", "big"));
        offer(tagged, "plain", 8, 0, List.of());
        offer(tagged, "half", 8, 0, List.of("gpu"));
        offer(tagged, "both", 1, 0, List.of("big", "other", "gpu"));

        assertThat(tagged.take(1)).isEqualTo("both");
        assertThat(tagged.take(2)).isNull();
        assertThat(tagged.slots()).isEqualTo(1);
        assertThat(tagged.fittingCount()).isEqualTo(1);
        assertThat(tagged.count()).isEqualTo(3);
    }

    // ---- shares

    @Test
    void of_morePoolsThanSlots_dividesEvenlyAndGivesAwayWhatIsNotWanted() {
        assertThat(Shares.of(8, Map.of("a", 8, "b", 8))).isEqualTo(Map.of("a", 4, "b", 4));
        assertThat(Shares.of(8, Map.of("a", 8, "b", 2))).isEqualTo(Map.of("a", 6, "b", 2));
        assertThat(Shares.of(7, Map.of("a", 9, "b", 9, "c", 1))).isEqualTo(Map.of("a", 3, "b", 3, "c", 1));
        assertThat(Shares.of(1, Map.of("a", 9, "b", 9))).isEqualTo(Map.of("a", 0, "b", 1));
        assertThat(Shares.of(9, Map.of("a", 2, "b", 3))).isEqualTo(Map.of("a", 2, "b", 3));
    }

    @Test
    void surplus_anotherPoolStarves_givesBackDownToTheShare() {
        places.wants(4);
        offer(places, "a", 2, 2, List.of(), "p", 2, 4, "q", 0, 2);
        offer(places, "b", 2, 2, List.of(), "p", 2, 4, "q", 0, 2);

        assertThat(places.surplus()).isEqualTo("a");
        places.goes(1, "a");
        assertThat(places.surplus()).isEqualTo("b");
        places.goes(2, "b");

        assertThat(places.surplus()).as("what is left is its share").isNull();
    }

    @Test
    void surplus_theOtherHasItsShareOrWaitsForNothing_givesNothing() {
        places.wants(4);
        offer(places, "a", 4, 4, List.of(), "p", 2, 4, "q", 2, 4);
        assertThat(places.surplus()).isNull();

        offer(places, "a", 4, 4, List.of(), "p", 3, 4, "q", 1, 1);
        assertThat(places.surplus()).isNull();

        offer(places, "a", 4, 3, List.of(), "p", 3, 4, "q", 0, 1);
        assertThat(places.surplus()).as("a slot is free for it").isNull();
    }

    @Test
    void surplus_threePools_onlyTheLargestGives() {
        places.wants(9);
        offer(places, "a", 9, 9, List.of(), "p", 4, 9, "q", 5, 9, "r", 0, 9);
        assertThat(places.surplus()).isNull();

        offer(places, "a", 9, 9, List.of(), "p", 4, 9, "q", 4, 9, "r", 1, 9);
        assertThat(places.surplus()).as("the first of two alike").isEqualTo("a");
    }

    @Test
    void take_anotherPoolStarves_leavesItsShareAlone() {
        places.wants(4);
        offer(places, "a", 4, 2, List.of(), "p", 2, 4, "q", 0, 4);
        assertThat(places.take(1)).isNull();
        assertThat(places.room()).isZero();

        offer(places, "a", 4, 2, List.of(), "p", 2, 4, "q", 0, 0);

        assertThat(places.room()).isEqualTo(2);
        assertThat(places.take(1)).isEqualTo("a");
    }

    /** Pools that all see the same, and do what it says, one step after another: each ends with its share. */
    @Property(tries = 300)
    void surplusAndTake_poolsInTurn_eachEndsWithItsShare(@ForAll long seed) {
        Random random = new Random(seed);
        int[] slots = random.ints(1 + random.nextInt(4), 1, 6).toArray();
        int[] wants = random.ints(1 + random.nextInt(4), 0, 12).toArray();
        int[][] used = new int[wants.length][slots.length];
        for (int step = 0; step < 400; step++) {
            act(random.nextInt(wants.length), slots, wants, used);
        }
        Map<String, Integer> wanted = new HashMap<>();
        Map<String, Integer> got = new HashMap<>();
        for (int pool = 0; pool < wants.length; pool++) {
            wanted.put("pool-" + pool, wants[pool]);
            got.put("pool-" + pool, IntStream.of(used[pool]).sum());
        }
        assertThat(got).isEqualTo(Shares.of(IntStream.of(slots).sum(), wanted));
    }

    private static void act(int pool, int[] slots, int[] wants, int[][] used) {
        Places<String, Integer> view = new Places<>("pool-" + pool, List.of());
        view.wants(wants[pool]);
        for (int node = 0; node < slots.length; node++) {
            List<NodeDoor.Claim> claims = new ArrayList<>();
            int all = 0;
            for (int each = 0; each < wants.length; each++) {
                claims.add(new NodeDoor.Claim("pool-" + each, used[each][node], wants[each], List.of()));
                all += used[each][node];
            }
            view.offered(
                    String.valueOf(node),
                    new Places.Offer(String.valueOf(node), slots[node], all, false, List.of(), claims));
        }
        String from = view.surplus();
        if (from != null) {
            used[pool][Integer.parseInt(from)]--;
        } else if (IntStream.of(used[pool]).sum() < wants[pool]) {
            String to = view.take(1);
            if (to != null) {
                used[pool][Integer.parseInt(to)]++;
            }
        }
    }

    // ---- rebalancing

    @Test
    void crowded_aNodeJoins_movesUntilAllIsEven() {
        places.wants(4);
        offer(places, "a", 4, 4, List.of(), "p", 4, 4);
        assertThat(places.crowded()).isNull();

        offer(places, "b", 4, 0, List.of(), "p", 0, 4);
        assertThat(places.crowded()).isEqualTo("a");
        offer(places, "a", 4, 3, List.of(), "p", 3, 4);
        offer(places, "b", 4, 1, List.of(), "p", 1, 4);
        assertThat(places.crowded()).isEqualTo("a");
        offer(places, "a", 4, 2, List.of(), "p", 2, 4);
        offer(places, "b", 4, 2, List.of(), "p", 2, 4);

        assertThat(places.crowded()).isNull();
    }

    @Test
    void crowded_oneMoreOrLess_staysAsItIs() {
        places.wants(3);
        offer(places, "a", 2, 2, List.of(), "p", 2, 3);
        offer(places, "b", 2, 1, List.of(), "p", 1, 3);

        assertThat(places.crowded()).isNull();
    }

    @Test
    void crowded_workersAreAboutToGo_countsThemAsGone() {
        places.wants(2);
        offer(places, "a", 2, 2, List.of(), "p", 2, 2);
        offer(places, "b", 2, 0, List.of(), "p", 0, 2);
        places.goes(1, "a");
        assertThat(places.crowded()).isNull();

        places.left(1);
        assertThat(places.crowded()).isEqualTo("a");
    }

    @Test
    void crowded_poolsShareANode_theOneWithMostMoves() {
        places.wants(1);
        offer(places, "a", 4, 4, List.of(), "p", 1, 1, "q", 3, 3);
        offer(places, "b", 4, 0, List.of(), "p", 0, 1, "q", 0, 3);

        assertThat(places.crowded()).isNull();
    }
}
