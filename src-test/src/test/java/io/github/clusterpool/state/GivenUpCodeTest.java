package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of an evalq that its caller does not wait for any more. */
class GivenUpCodeTest {
    private static final long GRACE = 1_000;
    private static final PoolSettings SETTINGS = new PoolSettings(
            4,
            GRACE,
            1_000,
            GRACE,
            10,
            3,
            10,
            10,
            100,
            10_000,
            100,
            10_000,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Staffing.FIXED);
    private static final byte[] NOTHING = {};
    private static final long INIT = 1;
    private static final long CODE = 2;
    private static final long TASKS = 3;

    private final PoolState pool = new PoolState(SETTINGS);
    private WorkerRef worker;

    @BeforeEach
    void init() {
        worker = started(pool.apply(new Event.Init(INIT, 1, false), 0));
        pool.apply(new Event.Up(worker, "node", 1), 0);
    }

    private static WorkerRef started(List<Effect> effects) {
        return only(Effect.Start.class, effects).ref();
    }

    private static <E extends Effect> E only(Class<E> type, List<Effect> effects) {
        List<E> found =
                effects.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private Effect.Run submit() {
        JobRules rules = new JobRules(Dealing.ROUND_ROBIN, 0, 3, false, 0, 0, false);
        return only(
                Effect.Run.class,
                pool.apply(new Event.Submit(TASKS, new Extent(new int[] {1}, 0, Integer.MAX_VALUE), rules), 0));
    }

    @Test
    void cancel_workerGoesOnPastItsGrace_isReplacedWithoutTheCode() {
        pool.apply(new Event.Evalq(CODE, NOTHING, 0), 0);

        List<Effect> cancelled = pool.apply(new Event.Cancel(CODE), 10);
        List<Effect> late = pool.apply(new Event.Tick(), 10 + GRACE);

        assertThat(cancelled).contains(new Effect.End(CODE, 1, new Ending.Cancelled(Halt.NONE)));
        assertThat(late).contains(new Effect.Stop(worker, true));
        List<Effect> up = pool.apply(new Event.Up(started(late), "node", 2), 2_000);
        assertThat(up).noneMatch(Effect.Apply.class::isInstance);
        assertThat(submit().ref()).isEqualTo(started(late));
    }

    @Test
    void timeout_workerGoesOnPastItsGrace_isReplaced() {
        pool.apply(new Event.Evalq(CODE, NOTHING, 50), 0);

        List<Effect> timedOut = pool.apply(new Event.Tick(), 50);
        List<Effect> late = pool.apply(new Event.Tick(), 50 + GRACE);

        assertThat(timedOut).contains(new Effect.End(CODE, 1, new Ending.TimedOut(50, Halt.NONE)));
        assertThat(late).contains(new Effect.Stop(worker, true));
    }

    @Test
    void cancel_workerAnswersWithinItsGrace_keepsTheChange() {
        pool.apply(new Event.Evalq(CODE, NOTHING, 0), 0);
        pool.apply(new Event.Cancel(CODE), 10);

        pool.apply(new Event.Applied(worker, 1, false, "", NOTHING), 20);

        assertThat(pool.apply(new Event.Tick(), 10 + GRACE)).noneMatch(Effect.Stop.class::isInstance);
        assertThat(submit().epoch()).isEqualTo(1);
    }

    @Test
    void cancel_workerHasAnEarlierTaskToFinish_isLeftAlone() {
        Effect.Run task = submit();
        pool.apply(new Event.Evalq(CODE, NOTHING, 0), 0);
        pool.apply(new Event.Cancel(CODE), 10);

        List<Effect> meanwhile = pool.apply(new Event.Tick(), 10 + GRACE);
        pool.apply(new Event.Answered(worker, task.run(), TASKS, 1, 0, 1, 0, NOTHING, Sequel.DONE, 1), 1_500);
        List<Effect> late = pool.apply(new Event.Tick(), 10 + 2 * GRACE);

        assertThat(meanwhile).noneMatch(Effect.Stop.class::isInstance);
        assertThat(late).contains(new Effect.Stop(worker, true));
    }

    @Test
    void cancel_ofAnExport_endsNobody() {
        pool.apply(new Event.Export(CODE, Map.of("x", NOTHING), 0), 0);
        pool.apply(new Event.Cancel(CODE), 10);

        assertThat(pool.apply(new Event.Tick(), 10 + GRACE)).noneMatch(Effect.Stop.class::isInstance);
    }
}
