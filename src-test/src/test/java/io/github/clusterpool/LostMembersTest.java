package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LostMembersTest {
    private static final LostMembers.Lost DRIVER = new LostMembers.Lost("driver:1", true, 9);
    private static final LostMembers.Lost FIRST = new LostMembers.Lost("first:1", false, 1);
    private static final LostMembers.Lost SECOND = new LostMembers.Lost("second:1", false, 2);
    private static final LostMembers.Lost FIFTH = new LostMembers.Lost("fifth:1", false, 5);

    private static LostMembers lost(LostMembers.Lost... members) {
        LostMembers lost = new LostMembers();
        for (LostMembers.Lost each : members) {
            lost.add(each);
        }
        return lost;
    }

    @Test
    void stronger_driversHere_isNobody() {
        assertThat(lost(DRIVER, FIRST).stronger(true, 3)).isEmpty();
    }

    @Test
    void stronger_driverBeyond_isThatBeforeOlderNodes() {
        assertThat(lost(SECOND, FIRST, FIFTH, DRIVER).stronger(false, 3))
                .containsExactly("driver:1", "first:1", "second:1");
    }

    @Test
    void stronger_sidesWithoutDrivers_onlyTheYoungerGoesOver() {
        assertThat(lost(FIRST).stronger(false, 2)).containsExactly("first:1");
        assertThat(lost(SECOND).stronger(false, 1)).isEmpty();
    }

    @Test
    void remove_aMemberAgain_isNotLostAnyMore() {
        LostMembers lost = lost(DRIVER, FIRST);

        lost.remove("driver:1");

        assertThat(lost.addresses()).containsExactly("first:1");
    }

    @Test
    void add_manyThatAreGoneForGood_keepsTheLatest() {
        LostMembers lost = new LostMembers();
        for (int i = 0; i < 200; i++) {
            lost.add(new LostMembers.Lost("node:" + i, false, i));
        }

        assertThat(lost.addresses()).hasSize(64).endsWith("node:199");
    }
}
