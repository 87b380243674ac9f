package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two ends whose messages are lost, doubled and shuffled as a seed says. */
class TalkTest {
    private static final ActorTestKit KIT = ActorTestKit.create("talk");
    private static final long LONG = 3_000_000_000L;

    private final Deque<Talk.Said> toB = new ArrayDeque<>();
    private final Deque<Talk.Said> toA = new ArrayDeque<>();
    private final Talk a = new Talk(Talk.Side.CLIENT, 7, link(), toB::add, () -> {});
    private final Talk b = new Talk(Talk.Side.POOL, 7, link(), toA::add, () -> {});
    private long now;

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static BlobLink link() {
        return new BlobLink(KIT.<BlobPort.Command>createTestProbe().ref(), 1_000);
    }

    private List<Integer> heard(Talk end) {
        List<Integer> heard = new ArrayList<>();
        for (byte[] content = end.next(); content != null; content = end.next()) {
            heard.add((int) content[0]);
        }
        return heard;
    }

    private void deliver(Deque<Talk.Said> way, Talk to) {
        while (!way.isEmpty()) {
            to.take(way.remove(), now);
        }
    }

    private void say(Talk end, int number) {
        end.say(new byte[] {(byte) number}, now);
    }

    @Test
    void say_some_comesInOrderAndIsHeard() {
        say(a, 1);
        say(a, 2);
        deliver(toB, b);

        assertThat(heard(b)).containsExactly(1, 2);
        assertThat(a.isAllHeard()).isFalse();
        b.tick(now);
        deliver(toA, a);
        assertThat(a.isAllHeard()).isTrue();
        assertThat(a.heardThere()).isEqualTo(2);
    }

    @Test
    void say_moreThanTheWindow_waitsUntilSomeWasHeard() {
        for (int i = 0; i < Talk.WINDOW + 10; i++) {
            say(a, i);
        }

        assertThat(toB).hasSize(Talk.WINDOW);
        deliver(toB, b);
        assertThat(heard(b)).hasSize(Talk.WINDOW);
        deliver(toA, a);
        assertThat(toB).hasSize(10);
    }

    @Test
    void take_ofAnotherTalk_isNotHeard() {
        b.take(new Talk.Said(Talk.Side.CLIENT, 6, 1, 0, new byte[] {1}), now);

        assertThat(b.next()).isNull();
    }

    @Test
    void take_ofWhoMayNotSayIt_isNotHeard() {
        b.take(new Talk.Said(Talk.Side.POOL, 7, 1, 0, new byte[] {1}), now);

        assertThat(b.next()).isNull();
    }

    @Test
    void tick_lostMessage_isSaidOnceMore() {
        say(a, 1);
        toB.clear();
        a.tick(now);
        assertThat(toB).isEmpty();

        now += LONG;
        a.tick(now);
        deliver(toB, b);

        assertThat(heard(b)).containsExactly(1);
    }

    @Test
    void talk_lossesDoublesAndDisorder_eachComesOnceAndInOrder() {
        for (int seed = 0; seed < 200; seed++) {
            Deque<Talk.Said> there = new ArrayDeque<>();
            Deque<Talk.Said> back = new ArrayDeque<>();
            Random chance = new Random(seed);
            Talk one = new Talk(Talk.Side.COPY, 1, link(), said -> mangle(there, said, chance), () -> {});
            Talk two = new Talk(Talk.Side.COPY, 1, link(), said -> mangle(back, said, chance), () -> {});
            List<Integer> heard = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                one.say(new byte[] {(byte) i}, now);
            }
            while (!one.isAllHeard()) {
                now += LONG;
                while (!there.isEmpty()) {
                    two.take(there.remove(), now);
                }
                heard.addAll(heard(two));
                while (!back.isEmpty()) {
                    one.take(back.remove(), now);
                }
                one.tick(now);
                two.tick(now);
            }
            assertThat(heard).as("seed " + seed).hasSize(100).isSorted().doesNotHaveDuplicates();
        }
    }

    private static void mangle(Deque<Talk.Said> way, Talk.Said said, Random chance) {
        if (chance.nextInt(5) == 0) {
            return;
        }
        for (int times = chance.nextInt(8) == 0 ? 2 : 1; times > 0; times--) {
            if (chance.nextBoolean()) {
                way.addFirst(said);
            } else {
                way.addLast(said);
            }
        }
    }
}
