package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many workers a pool has: when it may begin, when it changes that by itself, and where it has no place for them. */
class StaffingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Death MOVES = new Death("moves");

    private final List<Effect> effects = new ArrayList<>();
    private PoolState state = pool(1, 0);
    private long now;
    private long jobs;

    /** That needs {@code least} workers, and changes its size by itself up to {@code max}. */
    private static PoolState pool(int least, int max) {
        return new PoolState(new PoolSettings(
                4,
                SECOND / 50,
                1_000,
                SECOND,
                3,
                2,
                100,
                150,
                100,
                1_000,
                1_000,
                10_000,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                new Staffing(least, 0, 1, max, SECOND, 60 * SECOND)));
    }

    private List<Effect> tell(Event event) {
        effects.clear();
        effects.addAll(state.apply(event, now));
        return effects;
    }

    private <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<WorkerRef> started() {
        return all(Effect.Start.class).stream().map(Effect.Start::ref).toList();
    }

    private List<WorkerRef> init(int size) {
        tell(new Event.Init(++jobs, size, false));
        return started();
    }

    private void up(WorkerRef ref) {
        tell(new Event.Up(ref, "node", 1));
    }

    private List<Effect.Run> submit(int size) {
        int[] ends = IntStream.rangeClosed(1, size).toArray();
        JobRules rules = new JobRules(Dealing.ROUND_ROBIN, 1, 0, false, 0, 0, false);
        tell(new Event.Submit(++jobs, new Extent(ends, 0, Integer.MAX_VALUE), rules));
        return all(Effect.Run.class);
    }

    private List<Effect> answer(Effect.Run run) {
        return tell(Answers.done(run, SECOND));
    }

    /** Ticks until that time has passed, or something of that kind is decided. */
    private <T extends Effect> List<T> pass(long nanos, Class<T> until) {
        for (long end = now + nanos; now < end; ) {
            now += SECOND / 10;
            tell(new Event.Tick());
            if (!all(until).isEmpty()) {
                return all(until);
            }
        }
        return List.of();
    }

    private List<String> phases() {
        return state.snapshot().workers().stream()
                .map(Snapshot.WorkerView::phase)
                .toList();
    }

    // ---- enough to begin

    @Test
    void init_fewerThanNeededAreReady_waits() {
        state = pool(2, 0);
        List<WorkerRef> workers = init(3);

        up(workers.get(0));
        assertThat(all(Effect.End.class)).isEmpty();
        up(workers.get(1));

        assertThat(all(Effect.End.class)).containsExactly(new Effect.End(1, 3, new Ending.Completed()));
    }

    @Test
    void init_thereIsNoRoomForEnough_failsAndLeavesNothing() {
        state = pool(2, 0);
        List<WorkerRef> workers = init(2);
        up(workers.get(0));

        tell(new Event.NoRoom(workers.get(1), new Death("found no slot")));

        assertThat(all(Effect.End.class))
                .containsExactly(new Effect.End(
                        1,
                        0,
                        new Ending.StartFailed(
                                "was worker 2 of the 2 that must be ready (clusterpool.min-workers), 1 can"
                                        + " be; it found no slot")));
        assertThat(all(Effect.Stop.class)).extracting(Effect.Stop::ref).containsExactly(workers.get(0));
        assertThat(state.snapshot().exists()).isFalse();
    }

    // ---- no place

    @Test
    void noRoom_forSome_theRestServesAndTheyStartWhenThereIs() {
        List<WorkerRef> workers = init(3);
        up(workers.get(0));

        tell(new Event.NoRoom(workers.get(1), new Death("found no slot")));
        tell(new Event.NoRoom(workers.get(2), new Death("found no slot")));
        assertThat(phases()).containsExactly("READY", "FAILED", "FAILED");
        assertThat(submit(1)).hasSize(1);

        tell(new Event.Room(1));

        assertThat(started()).extracting(WorkerRef::worker).containsExactly(2);
        assertThat(phases()).containsExactly("READY", "STARTING", "FAILED");
    }

    // ---- moves

    @Test
    void leave_elsewhere_finishesWhatItRunsWhileItsNextStartComesUp() {
        WorkerRef old = init(1).get(0);
        up(old);
        Effect.Run run = submit(2).get(0);

        tell(new Event.Leave(old, MOVES, true));
        WorkerRef next = started().get(0);
        assertThat(next.worker()).isEqualTo(1);
        assertThat(all(Effect.Stop.class)).as("before it has finished").isEmpty();
        up(next);
        assertThat(all(Effect.Run.class)).extracting(Effect.Run::ref).containsExactly(next);
        answer(run);

        assertThat(all(Effect.Deliver.class)).hasSize(1);
        assertThat(all(Effect.Stop.class)).containsExactly(new Effect.Stop(old, false));
    }

    @Test
    void leave_manyTimes_isNoReasonToGiveUp() {
        WorkerRef ref = init(1).get(0);
        up(ref);
        for (int i = 0; i < 20; i++) {
            tell(new Event.Leave(ref, MOVES, true));
            ref = started().get(0);
            up(ref);
        }

        assertThat(phases()).containsExactly("READY");
        assertThat(state.snapshot().workers().get(0).restarts()).isZero();
    }

    @Test
    void leave_itsNodeIsNotHeardOfAnyMore_whatItHadRunsElsewhere() {
        state = new PoolState(
                new PoolSettings(4, 1, 1_000, 1, 3, 2, 1, 1, 9, 99, 99, 999, SECOND, 2 * SECOND, Staffing.FIXED));
        List<WorkerRef> workers = init(2);
        workers.forEach(this::up);
        submit(2);
        tell(new Event.Leave(workers.get(0), MOVES, true));

        List<Effect.Fail> lost = pass(3 * SECOND, Effect.Fail.class);

        assertThat(lost).isNotEmpty().allMatch(fail -> fail.loss().reason().contains("has not been heard of"));
    }

    @Test
    void leave_forGoodWhileACallWaitsForAll_stays() {
        List<WorkerRef> workers = init(2);
        up(workers.get(0));
        up(workers.get(1));
        JobRules rules = new JobRules(Dealing.EVERY_WORKER, 0, 0, false, 0, 0, false);
        tell(new Event.Submit(++jobs, new Extent(new int[] {1}, 0, Integer.MAX_VALUE), rules));
        List<Effect.Run> runs = all(Effect.Run.class);

        tell(new Event.Leave(workers.get(1), MOVES, false));
        assertThat(phases()).containsExactly("READY", "READY");
        runs.forEach(this::answer);
        tell(new Event.Leave(workers.get(1), MOVES, false));

        assertThat(phases()).containsExactly("READY", "FAILED");
        assertThat(all(Effect.Stop.class)).containsExactly(new Effect.Stop(workers.get(1), false));
    }

    // ---- its own size

    @Test
    void look_tasksWaitForLong_startsMoreWorkers() {
        state = pool(1, 3);
        up(init(1).get(0));
        submit(10);

        assertThat(pass(SECOND / 2, Effect.Start.class)).isEmpty();
        assertThat(pass(2 * SECOND, Effect.Start.class)).hasSize(1);
        up(started().get(0));
        assertThat(pass(2 * SECOND, Effect.Start.class)).hasSize(1);
        up(started().get(0));

        assertThat(pass(20 * SECOND, Effect.Start.class)).as("beyond the bound").isEmpty();
        assertThat(state.snapshot().scaling()).isEqualTo("grows from 2 to 3 workers: 8 tasks wait");
    }

    @Test
    void look_jobForFewWorkersWaits_staysAsItIs() {
        state = pool(1, 8);
        up(init(1).get(0));
        JobRules one = new JobRules(Dealing.ROUND_ROBIN, 1, 0, false, 1, 0, false);
        tell(new Event.Submit(++jobs, new Extent(new int[] {1, 2, 3}, 0, Integer.MAX_VALUE), one));

        assertThat(pass(10 * SECOND, Effect.Start.class)).isEmpty();
    }

    @Test
    void look_workersAreIdleForLong_theyGo() {
        state = pool(1, 4);
        init(4).forEach(this::up);

        List<Effect.Stop> stops = pass(70 * SECOND, Effect.Stop.class);

        assertThat(stops).hasSize(3).noneMatch(Effect.Stop::force);
        assertThat(state.snapshot().workers()).hasSize(1);
        stops.forEach(stop -> tell(new Event.Lost(stop.ref(), new Death("ended"))));
        assertThat(state.snapshot().leaving()).isZero();
    }

    @Test
    void look_lastWorkerIsBusyAndOthersAreIdle_itFinishesFirst() {
        state = pool(1, 2);
        List<WorkerRef> workers = init(2);
        up(workers.get(1));
        Effect.Run run = submit(1).get(0);
        up(workers.get(0));

        assertThat(pass(70 * SECOND, Effect.Stop.class)).isEmpty();
        assertThat(state.snapshot().workers()).hasSize(1);
        answer(run);

        assertThat(all(Effect.Deliver.class)).hasSize(1);
        assertThat(all(Effect.Stop.class)).containsExactly(new Effect.Stop(workers.get(1), false));
    }

    @Test
    void look_nothingHappens_asksForNoTicks() {
        state = pool(1, 2);
        up(init(1).get(0));

        now += SECOND;
        tell(new Event.Tick());
        now += SECOND;
        tell(new Event.Tick());

        assertThat(all(Effect.WakeAt.class)).isEmpty();
    }
}
