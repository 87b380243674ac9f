package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs that another host of the pool has begun. */
class ResumeTest {
    private static final PoolSettings SETTINGS = new PoolSettings(
            4,
            20_000_000,
            1_000,
            1_000,
            3,
            2,
            100,
            150,
            100,
            1_000,
            100_000,
            100_000,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Staffing.FIXED);

    private final PoolState state = new PoolState(SETTINGS);
    private final Deque<Effect.Run> runs = new ArrayDeque<>();
    private final List<Effect.Fail> failed = new ArrayList<>();
    private final List<Effect.End> ended = new ArrayList<>();
    private final BitSet ran = new BitSet();

    private void tell(Event event) {
        for (Effect effect : state.apply(event, 0)) {
            if (effect instanceof Effect.Run run) {
                runs.add(run);
            } else if (effect instanceof Effect.Fail fail) {
                failed.add(fail);
            } else if (effect instanceof Effect.End end) {
                ended.add(end);
            } else if (effect instanceof Effect.Start start) {
                tell(new Event.Up(start.ref(), "here", 1));
            }
        }
    }

    private static Event.Submit submit(int size, Dealing dealing, int chunkSize, int retries) {
        JobRules rules = new JobRules(dealing, chunkSize, retries, false, 0, 0, false);
        Extent extent = new Extent(IntStream.rangeClosed(1, size).toArray(), 0, Integer.MAX_VALUE);
        return new Event.Submit(7, extent, rules);
    }

    private void answerAll() {
        while (!runs.isEmpty()) {
            Effect.Run run = runs.remove();
            IntStream.range(run.first(), run.first() + run.count()).forEach(index -> {
                assertThat(ran.get(index)).as("element " + index).isFalse();
                ran.set(index);
            });
            tell(Answers.done(run, 1_000));
        }
    }

    private static long[] bits(int... indices) {
        BitSet bits = new BitSet();
        IntStream.of(indices).forEach(bits::set);
        return bits.toLongArray();
    }

    @Test
    void resume_someDone_runsTheOthersOnceMoreAndEnds() {
        tell(new Event.Init(1, 2, false));
        ended.clear();

        tell(new Event.Resume(submit(6, Dealing.ROUND_ROBIN, 0, 3), bits(0, 1, 4), true, "gone"));

        assertThat(runs)
                .isNotEmpty()
                .allSatisfy(run -> assertThat(run.attempt()).isEqualTo(2));
        answerAll();
        assertThat(ran.stream()).containsExactly(2, 3, 5);
        assertThat(ended).containsExactly(new Effect.End(7, 6, new Ending.Completed()));
        assertThat(state.snapshot().queued()).isZero();
    }

    @Test
    void resume_atMostOnce_failsWhatMayHaveRun() {
        tell(new Event.Init(1, 2, false));
        ended.clear();

        tell(new Event.Resume(submit(4, Dealing.ROUND_ROBIN, 1, 0), bits(0, 3), true, "gone"));

        assertThat(runs).isEmpty();
        assertThat(failed.stream().mapToInt(Effect.Fail::count).sum()).isEqualTo(2);
        assertThat(failed)
                .allSatisfy(fail -> assertThat(fail.loss()).isEqualTo(new Loss(Loss.Kind.WORKER_LOST, 0, 1, "gone")));
        assertThat(ended).containsExactly(new Effect.End(7, 4, new Ending.Completed()));
    }

    @Test
    void resume_hostThatHadCalledAllBack_runsTheRestForTheFirstTime() {
        tell(new Event.Init(1, 2, false));

        tell(new Event.Resume(submit(4, Dealing.ROUND_ROBIN, 1, 0), bits(0, 3), false, "gone"));

        assertThat(failed).isEmpty();
        assertThat(runs)
                .isNotEmpty()
                .allSatisfy(run -> assertThat(run.attempt()).isEqualTo(1));
        answerAll();
        assertThat(ran.stream()).containsExactly(1, 2);
    }

    @Test
    void pause_whileChunksRun_asksForWhatHasNotBegunAndDealsNothing() {
        tell(new Event.Init(1, 1, false));
        tell(submit(20, Dealing.ROUND_ROBIN, 1, 3));
        List<Effect.Run> dealt = List.copyOf(runs);
        assertThat(dealt).isNotEmpty();

        List<Effect> effects = state.apply(new Event.Pause(), 0);

        assertThat(effects)
                .anySatisfy(effect -> assertThat(effect)
                        .isInstanceOfSatisfying(
                                Effect.Recall.class,
                                recall -> assertThat(recall.runs()).hasSize(dealt.size())));
        assertThat(state.isIdle()).isFalse();
        answerAll();
        assertThat(ran.cardinality()).isEqualTo(dealt.size());
        assertThat(state.isIdle()).isTrue();
    }

    @Test
    void resume_allDone_endsAtOnce() {
        tell(new Event.Init(1, 1, false));
        ended.clear();

        tell(new Event.Resume(submit(3, Dealing.STATIC, 0, 0), bits(0, 1, 2), true, "gone"));

        assertThat(ended).containsExactly(new Effect.End(7, 3, new Ending.Completed()));
    }

    @Test
    void resume_forEveryWorker_runsOnThoseThatHaveNotAnswered() {
        tell(new Event.Init(1, 3, false));

        tell(new Event.Resume(submit(1, Dealing.EVERY_WORKER, 0, 3), bits(1), true, "gone"));

        assertThat(runs).extracting(run -> run.ref().worker()).containsExactlyInAnyOrder(1, 3);
        assertThat(runs).extracting(Effect.Run::first).containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void resume_withoutAPool_saysSo() {
        tell(new Event.Resume(submit(3, Dealing.DYNAMIC, 0, 3), bits(), true, "gone"));

        assertThat(ended).containsExactly(new Effect.End(7, 0, new Ending.Missing()));
    }

    @Test
    void resume_anyPartOfAnyJob_runsTheRestExactlyOnce() {
        for (int seed = 0; seed < 300; seed++) {
            ResumeTest fresh = new ResumeTest();
            Random chance = new Random(seed);
            fresh.tell(new Event.Init(1, chance.nextInt(4) + 1, false));
            fresh.ended.clear();
            int size = chance.nextInt(60) + 1;
            BitSet done = new BitSet();
            IntStream.range(0, size).filter(i -> chance.nextBoolean()).forEach(done::set);
            Dealing dealing = List.of(Dealing.ROUND_ROBIN, Dealing.STATIC, Dealing.DYNAMIC)
                    .get(chance.nextInt(3));

            fresh.tell(new Event.Resume(submit(size, dealing, chance.nextInt(4), 1), done.toLongArray(), true, "gone"));
            fresh.answerAll();

            done.flip(0, size);
            assertThat(fresh.ran).as("seed " + seed).isEqualTo(done);
            assertThat(fresh.ended).as("seed " + seed).hasSize(1);
        }
    }
}
