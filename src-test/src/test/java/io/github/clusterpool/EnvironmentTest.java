package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.wire.LateValue;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    private final Environment environment = new Environment();

    @Test
    void get_severalVersions_givesTheNewestAtOrBelowTheEpoch() {
        environment.set("x", "two", 2);
        environment.set("x", "five", 5);

        assertThat(environment.has("x", 1)).isFalse();
        assertThat(environment.get("x", 2)).isEqualTo("two");
        assertThat(environment.get("x", 4)).isEqualTo("two");
        assertThat(environment.get("x", 5)).isEqualTo("five");
        assertThat(environment.get("x", 99)).isEqualTo("five");
    }

    @Test
    void get_setToNull_isSet() {
        environment.set("x", null, 1);

        assertThat(environment.has("x", 1)).isTrue();
        assertThat(environment.get("x", 1)).isNull();
        assertThat(environment.names(1)).containsExactly("x");
    }

    @Test
    void remove_laterEpoch_leavesEarlierTasksTheirs() {
        environment.set("x", 1, 1);
        environment.set("y", 1, 1);

        environment.remove("x", 2);
        environment.remove("unknown", 2);

        assertThat(environment.get("x", 1)).isEqualTo(1);
        assertThat(environment.names(2)).containsExactly("y");
    }

    @Test
    void clear_someNames_beginsWithNothing() {
        environment.set("x", 1, 1);
        environment.set("y", 1, 1);

        environment.clear(2);
        environment.set("y", 2, 2);

        assertThat(environment.names(1)).containsExactly("x", "y");
        assertThat(environment.names(2)).containsExactly("y");
        assertThat(environment.get("y", 2)).isEqualTo(2);
    }

    @Test
    void put_byATaskFromBeforeTheClear_isNotSeenAfter() {
        environment.clear(2);

        environment.set("new", 1, 1);

        assertThat(environment.has("new", 1)).isTrue();
        assertThat(environment.has("new", 2)).isFalse();
        environment.forgetBelow(2);
        environment.set("later", 1, 1);
        assertThat(environment.names(2)).isEmpty();
        assertThat(environment.names(3)).isEmpty();
    }

    @Test
    void undo_anEpoch_takesBackOnlyWhatItWrote() {
        environment.set("x", 1, 1);
        environment.set("x", 2, 2);
        environment.set("y", 2, 2);

        environment.undo(2);

        assertThat(environment.get("x", 2)).isEqualTo(1);
        assertThat(environment.has("y", 2)).isFalse();
    }

    @Test
    void forgetBelow_floor_keepsWhatTasksFromThereOnRead() {
        environment.set("x", 1, 1);
        environment.set("x", 3, 3);
        environment.set("x", 5, 5);

        environment.forgetBelow(4);

        assertThat(environment.has("x", 2)).isFalse();
        assertThat(environment.get("x", 4)).isEqualTo(3);
        assertThat(environment.get("x", 5)).isEqualTo(5);
    }

    @Test
    void forgetBelow_cleared_dropsWhatNobodyReads() {
        environment.set("x", 1, 1);
        environment.clear(2);
        environment.set("y", 3, 3);

        environment.forgetBelow(3);

        assertThat(environment.names(1)).isEmpty();
        assertThat(environment.names(3)).containsExactly("y");
    }

    @Test
    void forgetBelow_removed_dropsTheName() {
        environment.set("x", 1, 1);
        environment.remove("x", 2);

        environment.forgetBelow(2);

        assertThat(environment.has("x", 1)).isFalse();
        assertThat(environment.names(2)).isEmpty();
    }

    /** Counts how often it was given up. */
    private static final class Watched implements LateValue {
        private int closed;

        @Override
        public Object get() {
            return this;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void forgetBelow_valuesThatNoTaskCanRead_givesThemUp() {
        Watched old = new Watched();
        Watched current = new Watched();
        environment.put("x", old, 1);
        environment.put("x", current, 5);

        environment.forgetBelow(4);
        assertThat(old.closed).isZero(); // a task of epoch 4 reads it
        environment.forgetBelow(5);
        environment.forgetBelow(6);

        assertThat(old.closed).isOne();
        assertThat(current.closed).isZero();
        assertThat(environment.get("x", 6)).isSameAs(current);
    }
}
