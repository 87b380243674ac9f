package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Inbox<String> inbox = new Inbox<>();

    @Test
    void poll_gap_waitsForIt() {
        inbox.put(2, "two");

        assertThat(inbox.poll()).isNull();
        assertThat(inbox.received()).isZero();
        inbox.put(1, "one");
        assertThat(inbox.poll()).isEqualTo("one");
        assertThat(inbox.poll()).isEqualTo("two");
        assertThat(inbox.poll()).isNull();
        assertThat(inbox.received()).isEqualTo(2);
    }

    @Test
    void put_again_isNotedWhetherItWaitsOrIsGone() {
        assertThat(inbox.put(1, "one")).isTrue();
        assertThat(inbox.put(1, "one")).isFalse();
        inbox.poll();

        assertThat(inbox.put(1, "one")).isFalse();
        assertThat(inbox.put(0, "none")).isFalse();
        assertThat(inbox.poll()).isNull();
    }

    @Property(tries = 200)
    void poll_anyOrderWithRepeats_givesEachOnceInOrder(@ForAll long seed) {
        List<Long> numbers = new ArrayList<>();
        LongStream.rangeClosed(1, 50).forEach(numbers::add);
        LongStream.rangeClosed(1, 50).filter(n -> n % 3 == 0).forEach(numbers::add);
        Collections.shuffle(numbers, new Random(seed));
        Inbox<Long> shuffled = new Inbox<>();
        List<Long> got = new ArrayList<>();

        for (long number : numbers) {
            shuffled.put(number, number);
            for (Long next = shuffled.poll(); next != null; next = shuffled.poll()) {
                got.add(next);
            }
        }

        assertThat(got)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 50).boxed().toList());
    }
}
