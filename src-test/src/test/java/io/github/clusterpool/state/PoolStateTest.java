package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What went wrong once, or would be hard to find by chance. */
class PoolStateTest {
    private static final long GRACE = 1_000;
    private static final long LATE = 20_000_000;
    private static final PoolSettings SETTINGS = new PoolSettings(
            4,
            LATE,
            1_000,
            GRACE,
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
            Staffing.FIXED);

    private final PoolState state = new PoolState(SETTINGS);
    private final List<Effect> effects = new ArrayList<>();
    private long now;
    private long jobs;

    private List<Effect> tell(Event event) {
        effects.clear();
        effects.addAll(state.apply(event, now));
        return effects;
    }

    private <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <T extends Effect> T only(Class<T> kind) {
        assertThat(all(kind)).hasSize(1);
        return all(kind).get(0);
    }

    private List<WorkerRef> init(int size) {
        tell(new Event.Init(++jobs, size, false));
        List<WorkerRef> refs =
                all(Effect.Start.class).stream().map(Effect.Start::ref).toList();
        refs.forEach(ref -> tell(new Event.Up(ref, "here", 1)));
        return refs;
    }

    private long submit(int size, Dealing dealing, int chunkSize, int retries, int maxConcurrency) {
        JobRules rules = new JobRules(dealing, chunkSize, retries, false, maxConcurrency, 0, false);
        tell(new Event.Submit(
                ++jobs, new Extent(IntStream.rangeClosed(1, size).toArray(), 0, Integer.MAX_VALUE), rules));
        return jobs;
    }

    private long submit(int size) {
        return submit(size, Dealing.ROUND_ROBIN, 1, 3, 0);
    }

    private void answer(Effect.Run run, int count, Sequel sequel, long nanos) {
        tell(Answers.to(run, count, sequel, nanos));
    }

    private void answer(Effect.Run run) {
        answer(run, run.count(), Sequel.DONE, 1_000_000_000);
    }

    private void pass(long nanos) {
        now += nanos;
        tell(new Event.Tick());
    }

    private static Event.Applied applied(WorkerRef ref, long epoch, boolean failed) {
        return new Event.Applied(ref, epoch, failed, failed ? "no class" : "", new byte[0]);
    }

    /** Two workers; the first runs one chunk and has two more waiting, the second runs one. */
    private List<Effect.Run> withChunksWaiting() {
        init(1);
        submit(1);
        answer(only(Effect.Run.class), 1, Sequel.DONE, 1_000);
        submit(3);
        return all(Effect.Run.class);
    }

    @Test
    void hold_jobWithTasksLeft_dealsNoMoreOfItUntilReleased() {
        init(1);
        long slow = submit(3);
        Effect.Run first = only(Effect.Run.class);

        tell(new Event.Hold(slow, true));
        answer(first);

        assertThat(all(Effect.Run.class)).isEmpty();
        long other = submit(1);
        assertThat(only(Effect.Run.class).job()).isEqualTo(other);
        answer(only(Effect.Run.class));
        tell(new Event.Hold(slow, false));
        answer(only(Effect.Run.class));
        answer(only(Effect.Run.class));
        assertThat(only(Effect.End.class)).isEqualTo(new Effect.End(slow, 3, new Ending.Completed()));
    }

    @Test
    void hold_heldFromTheStart_canBeCancelled() {
        init(1);
        Extent extent = new Extent(new int[] {1}, 0, Integer.MAX_VALUE);
        tell(new Event.Submit(++jobs, extent, PoolPromises.NO_RULES, true));
        assertThat(all(Effect.Run.class)).isEmpty();

        tell(new Event.Cancel(jobs));

        assertThat(only(Effect.End.class)).isEqualTo(new Effect.End(jobs, 1, new Ending.Cancelled(Halt.NONE)));
        tell(new Event.Hold(jobs, false));
        assertThat(effects).isEmpty();
    }

    @Test
    void answered_cancelledChunkBehindAnother_leavesTheLine() {
        init(1);
        submit(1);
        answer(only(Effect.Run.class), 1, Sequel.DONE, 1_000);
        long first = submit(1);
        Effect.Run running = only(Effect.Run.class);
        long second = submit(1);
        Effect.Run waiting = only(Effect.Run.class);

        tell(new Event.Cancel(second));
        answer(waiting, 0, Sequel.DONE, 0);
        answer(running);

        assertThat(only(Effect.End.class)).isEqualTo(new Effect.End(first, 1, new Ending.Completed()));
        submit(1);
        answer(only(Effect.Run.class));
        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.Completed());
        assertThat(state.snapshot().stale()).isZero();
    }

    @Test
    void stuck_chunksWaitBehind_chargesOnlyTheTask() {
        List<Effect.Run> runs = withChunksWaiting();

        tell(new Event.Stuck(runs.get(0).ref(), runs.get(0).run(), 0, "was asleep"));

        assertThat(only(Effect.Fail.class).loss()).isEqualTo(new Loss(Loss.Kind.TASK_TIMEOUT, 1, 1, "was asleep"));
        tell(new Event.Up(only(Effect.Start.class).ref(), "here", 1));
        assertThat(all(Effect.Run.class)).extracting(Effect.Run::attempt).containsOnly(1);
    }

    @Test
    void stuck_taskAnsweredMeanwhile_isStale() {
        init(1);
        submit(3, Dealing.ROUND_ROBIN, 3, 3, 0);
        Effect.Run run = only(Effect.Run.class);
        answer(run, 1, Sequel.MORE, 1);

        tell(new Event.Stuck(run.ref(), run.run(), 0, "was asleep"));

        assertThat(effects).isEmpty();
        assertThat(state.snapshot().stale()).isEqualTo(1);
    }

    @Test
    void stuck_maxConcurrency_dealsTheNextChunk() {
        init(1);
        submit(2, Dealing.ROUND_ROBIN, 1, 0, 1);
        Effect.Run run = only(Effect.Run.class);

        tell(new Event.Stuck(run.ref(), run.run(), 0, "was asleep"));
        tell(new Event.Up(only(Effect.Start.class).ref(), "here", 1));

        assertThat(only(Effect.Run.class).first()).isEqualTo(1);
    }

    @Test
    void lost_maxConcurrencyWithoutRetries_dealsTheNextChunk() {
        init(1);
        submit(2, Dealing.ROUND_ROBIN, 1, 0, 1);

        tell(new Event.Lost(only(Effect.Run.class).ref(), new Death("was killed")));
        tell(new Event.Up(only(Effect.Start.class).ref(), "here", 1));

        assertThat(only(Effect.Run.class).first()).isEqualTo(1);
    }

    @Test
    void lost_chunksWaitBehind_runsTheFirstAloneAndCountsTheOthersAsTried() {
        List<Effect.Run> runs = withChunksWaiting();
        assertThat(runs).hasSize(3);

        tell(new Event.Lost(runs.get(0).ref(), new Death("was killed")));
        tell(new Event.Up(only(Effect.Start.class).ref(), "here", 1));

        Effect.Run again = only(Effect.Run.class);
        assertThat(again.first()).isZero();
        assertThat(again.attempt()).isEqualTo(2);
        answer(again, 1, Sequel.DONE, 1);
        assertThat(all(Effect.Run.class)).extracting(Effect.Run::first).containsExactly(1, 2);
        assertThat(all(Effect.Run.class)).extracting(Effect.Run::attempt).containsExactly(2, 2);
    }

    @Test
    void lost_everythingAnsweredButTheLastWord_failsNothing() {
        init(1);
        submit(2, Dealing.ROUND_ROBIN, 2, 0, 0);
        Effect.Run run = only(Effect.Run.class);
        answer(run, 2, Sequel.MORE, 1);

        tell(new Event.Lost(run.ref(), new Death("was killed")));

        assertThat(all(Effect.Fail.class)).isEmpty();
        assertThat(all(Effect.End.class)).isEmpty();
    }

    @Test
    void lost_retriesUsedUp_isPoison() {
        init(1);
        submit(1, Dealing.ROUND_ROBIN, 1, 2, 0);

        for (int attempt = 1; attempt <= 2; attempt++) {
            tell(new Event.Lost(only(Effect.Run.class).ref(), new Death("was killed")));
            if (all(Effect.Start.class).isEmpty()) {
                pass(150);
            }
            tell(new Event.Up(only(Effect.Start.class).ref(), "here", 1));
        }
        assertThat(only(Effect.Run.class).attempt()).isEqualTo(3);
        tell(new Event.Lost(only(Effect.Run.class).ref(), new Death("was killed")));

        Death death = new Death(1, "was killed", 1, OptionalInt.empty(), Duration.ZERO, List.of());
        assertThat(only(Effect.Fail.class).loss())
                .isEqualTo(new Loss(Loss.Kind.POISON, 1, 3, "was killed", Collections.nCopies(3, death)));
    }

    @Test
    void lost_threeTimes_isTriedOnceMoreAloneOnAFreshWorker() {
        List<WorkerRef> refs = init(2);
        submit(1, Dealing.ROUND_ROBIN, 1, 9, 0);
        Effect.Run run = only(Effect.Run.class);
        tell(new Event.Lost(run.ref(), new Death("died first")));
        run = only(Effect.Run.class);
        assertThat(run.ref().worker())
                .as("another worker first")
                .isNotEqualTo(refs.get(0).worker());
        WorkerRef started = only(Effect.Start.class).ref();
        tell(new Event.Up(started, "here", 1));
        tell(new Event.Lost(run.ref(), new Death("died second")));
        run = only(Effect.Run.class);
        started = only(Effect.Start.class).ref();
        tell(new Event.Up(started, "here", 1));
        tell(new Event.Lost(run.ref(), new Death("died third")));

        run = only(Effect.Run.class);
        assertThat(run.attempt()).isEqualTo(4);
        assertThat(run.ref()).as("has run nothing yet").isEqualTo(started);
        tell(new Event.Lost(run.ref(), new Death("died fourth")));

        Loss loss = only(Effect.Fail.class).loss();
        assertThat(loss.kind()).isEqualTo(Loss.Kind.POISON);
        assertThat(loss.deaths())
                .extracting(Death::reason)
                .containsExactly("died first", "died second", "died third", "died fourth");
    }

    @Test
    void answered_toBeTriedAgain_runsAgainElsewhereAndOnlySoOften() {
        init(2);
        submit(1, Dealing.ROUND_ROBIN, 1, 1, 0);
        Effect.Run first = only(Effect.Run.class);

        answer(first, 1, Sequel.AGAIN, 1);

        Effect.Run second = only(Effect.Run.class);
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.ref()).isNotEqualTo(first.ref());
        answer(second, 1, Sequel.AGAIN, 1);
        assertThat(all(Effect.Deliver.class)).hasSize(1);
        assertThat(all(Effect.End.class)).hasSize(1);
    }

    @Test
    void cancel_endsWhenNothingRunsAndTellsHowItWasStopped() {
        init(2);
        long job = submit(2, Dealing.ROUND_ROBIN, 1, 3, 0);
        List<Effect.Run> runs = all(Effect.Run.class);

        tell(new Event.Cancel(job));
        assertThat(all(Effect.End.class)).isEmpty();
        answer(runs.get(0), 0, Sequel.INTERRUPTED, 1);
        assertThat(all(Effect.End.class)).isEmpty();
        pass(1_000);

        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.Cancelled(new Halt(0, 1, 1)));
    }

    @Test
    void lost_leavingWorkerWithCall_failsItsTask() {
        List<WorkerRef> refs = init(2);
        long call = submit(1, Dealing.EVERY_WORKER, 0, 3, 0);
        answer(all(Effect.Run.class).get(0));
        tell(new Event.Resize(++jobs, 1));

        tell(new Event.Lost(refs.get(1), new Death("was killed")));

        assertThat(only(Effect.Fail.class).loss().kind()).isEqualTo(Loss.Kind.NO_WORKER);
        assertThat(all(Effect.End.class)).contains(new Effect.End(call, 2, new Ending.Completed()));
    }

    @Test
    void resize_onlyGivenUpWorkersStay_triesThemAgain() {
        List<WorkerRef> refs = init(2);
        WorkerRef one = refs.get(0);
        for (int i = 1; i <= SETTINGS.restartLimit(); i++) {
            tell(new Event.Lost(one, new Death("was killed")));
            if (i < SETTINGS.restartLimit()) {
                if (all(Effect.Start.class).isEmpty()) {
                    pass(150);
                }
                one = only(Effect.Start.class).ref();
            }
        }
        assertThat(state.snapshot().workers().get(0).phase()).isEqualTo("FAILED");

        tell(new Event.Resize(++jobs, 1));

        assertThat(only(Effect.Start.class).ref().worker()).isEqualTo(1);
    }

    @Test
    void export_failsEverywhere_keepsTheValueBeforeForLaterWorkers() {
        WorkerRef ref = init(1).get(0);
        tell(new Event.Export(++jobs, Map.of("x", new byte[] {1}), 0));
        tell(applied(ref, 1, false));
        tell(new Event.Export(++jobs, Map.of("x", new byte[] {2}), 0));
        tell(applied(ref, 2, true));

        tell(new Event.Lost(ref, new Death("was killed")));
        tell(new Event.Up(only(Effect.Start.class).ref(), "here", 1));

        assertThat(only(Effect.Apply.class).entry().epoch()).isEqualTo(1);
    }

    @Test
    void evalq_oneOfTwoFailuresTakenBack_stillKeepsTasksAway() {
        List<WorkerRef> refs = init(2);
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(applied(refs.get(0), 1, true));
        tell(applied(refs.get(0), 2, true));
        tell(applied(refs.get(1), 1, true));

        submit(1);

        assertThat(all(Effect.Run.class)).isEmpty();
        tell(applied(refs.get(1), 2, false));
        assertThat(only(Effect.Run.class).ref()).isEqualTo(refs.get(1));
        assertThat(only(Effect.Start.class).ref().worker()).isEqualTo(1);
    }

    @Test
    void evalq_appliedByAWorkerThatCameLater_isNotTakenBack() {
        WorkerRef one = init(1).get(0);
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(new Event.Resize(++jobs, 2));
        WorkerRef two = only(Effect.Start.class).ref();
        tell(new Event.Up(two, "here", 1));
        tell(applied(two, 1, false));

        tell(applied(one, 1, true));

        assertThat(only(Effect.Stop.class)).isEqualTo(new Effect.Stop(one, true));
    }

    @Test
    void cancel_evalqThatNoWorkerHasApplied_isStoppedAndTakenBack() {
        List<WorkerRef> refs = init(2);
        tell(new Event.Evalq(++jobs, new byte[1], 0));

        tell(new Event.Cancel(jobs));

        assertThat(only(Effect.StopEvalq.class)).isEqualTo(new Effect.StopEvalq(refs, 1));
        tell(applied(refs.get(0), 1, true));
        tell(applied(refs.get(1), 1, false)); // was on its way already; what it did is undone there
        assertThat(all(Effect.Stop.class)).isEmpty();
        submit(1);
        assertThat(only(Effect.Run.class).epoch()).isEqualTo(1);
        tell(new Event.Resize(++jobs, 3));
        WorkerRef third = only(Effect.Start.class).ref();
        tell(new Event.Up(third, "here", 1));
        assertThat(all(Effect.Apply.class)).noneMatch(apply -> apply.entry() instanceof Entry.Evalq);
    }

    @Test
    void cancel_evalqThatAnewWorkerIsToRepeat_isStoppedThereToo() {
        List<WorkerRef> refs = init(2);
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(new Event.Cancel(jobs));
        tell(new Event.Lost(refs.get(0), new Death("was killed")));
        WorkerRef next = only(Effect.Start.class).ref();

        tell(new Event.Up(next, "here", 1));

        assertThat(only(Effect.StopEvalq.class)).isEqualTo(new Effect.StopEvalq(List.of(next), 1));
        tell(applied(refs.get(1), 1, true));
        tell(applied(next, 1, true));
        assertThat(all(Effect.Stop.class)).isEmpty();
        submit(2);
        assertThat(all(Effect.Run.class)).hasSize(2);
    }

    @Test
    void cancel_evalqBeforeAnother_goesOn() {
        init(2);
        long first = ++jobs;
        tell(new Event.Evalq(first, new byte[1], 0));
        tell(new Event.Evalq(++jobs, new byte[1], 0));

        tell(new Event.Cancel(first));

        assertThat(all(Effect.StopEvalq.class)).isEmpty();
    }

    @Test
    void timeout_evalqThatOneWorkerHasApplied_goesOnOnTheOthers() {
        List<WorkerRef> refs = init(2);
        tell(new Event.Evalq(++jobs, new byte[1], 50));
        tell(applied(refs.get(0), 1, false));

        now = 50;
        tell(new Event.Tick());

        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.TimedOut(50, Halt.NONE));
        assertThat(all(Effect.StopEvalq.class)).isEmpty();
    }

    @Test
    void cancel_evalqWhoseWorkerIsGivenUp_saysNothingMore() {
        List<WorkerRef> refs = init(2);
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(new Event.Cancel(jobs));

        tell(new Event.Resize(++jobs, 1));

        assertThat(refs).hasSize(2);
        assertThat(all(Effect.Fail.class)).isEmpty();
    }

    @Test
    void delete_workerThatFailedItsReplay_isWaitedFor() {
        WorkerRef first = init(1).get(0);
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(applied(first, 1, false));
        tell(new Event.Lost(first, new Death("was killed")));
        WorkerRef second = only(Effect.Start.class).ref();
        tell(new Event.Up(second, "here", 1));
        tell(applied(second, 1, true));

        tell(new Event.Delete(++jobs));

        assertThat(all(Effect.End.class)).isEmpty();
        tell(new Event.Lost(second, new Death("left")));
        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.Completed());
    }

    @Test
    void cancel_workerGoesOn_isReplacedAfterTheGrace() {
        WorkerRef ref = init(1).get(0);
        tell(new Event.Cancel(submit(1)));

        pass(GRACE - 1);
        assertThat(all(Effect.Stop.class)).isEmpty();
        pass(1);

        assertThat(only(Effect.Stop.class)).isEqualTo(new Effect.Stop(ref, true));
        assertThat(only(Effect.Start.class).ref().worker()).isEqualTo(1);
    }

    @Test
    void tick_beforeTime_asksAgain() {
        init(1);
        tell(new Event.Cancel(submit(1)));
        assertThat(only(Effect.WakeAt.class).nanos()).isEqualTo(GRACE);

        pass(GRACE - 1);

        assertThat(only(Effect.WakeAt.class).nanos()).isEqualTo(GRACE);
    }

    @Test
    void submit_timeoutBeyondAllTime_neverComes() {
        now = Long.MAX_VALUE / 2;
        init(1);

        tell(new Event.Submit(
                ++jobs,
                new Extent(new int[] {1}, 0, Integer.MAX_VALUE),
                new JobRules(Dealing.DYNAMIC, 0, 3, false, 0, Long.MAX_VALUE, false)));
        pass(1);

        assertThat(all(Effect.End.class)).isEmpty();
    }

    @Test
    void init_restartWhileABroadcastWaits_dealsToNoWorkerThatLeaves() {
        WorkerRef one = init(2).get(0);
        submit(4, Dealing.STATIC, 1, 3, 0);
        Effect.Run first = all(Effect.Run.class).get(0);
        answer(first);
        answer(only(Effect.Run.class));
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        tell(applied(one, 1, true));

        tell(new Event.Init(++jobs, 1, true));

        assertThat(all(Effect.Run.class)).isEmpty();
    }

    @Test
    void submit_unknownCostAfterFastJobs_dealsAheadToAllAlike() {
        init(2);
        submit(1);
        answer(only(Effect.Run.class), 1, Sequel.DONE, 1_000);

        submit(4);

        assertThat(all(Effect.Run.class)).extracting(run -> run.ref().worker()).containsExactlyInAnyOrder(1, 1, 2, 2);
    }

    @Test
    void up_restartedInPlace_givesItsChunkToAnother() {
        List<WorkerRef> refs = init(2);
        tell(new Event.Evalq(++jobs, new byte[1], 0));
        refs.forEach(ref -> tell(applied(ref, 1, false)));
        submit(1);
        WorkerRef ran = only(Effect.Run.class).ref();

        tell(new Event.Up(new WorkerRef(ran.worker(), ran.incarnation() + 1), "here", 1));

        assertThat(only(Effect.Run.class).ref().worker()).isNotEqualTo(ran.worker());
        assertThat(only(Effect.Run.class).attempt()).isEqualTo(2);
    }

    // ---- limits of the queue

    private Ending.Overloaded refusal(int size) {
        long job = submit(size);
        assertThat(all(Effect.Run.class)).isEmpty();
        Effect.End end = only(Effect.End.class);
        assertThat(end.job()).isEqualTo(job);
        return (Ending.Overloaded) end.ending();
    }

    @Test
    void submit_queueFull_refusesThatJobAndRunsNothingOfIt() {
        init(1);
        submit(600);

        assertThat(refusal(401)).isEqualTo(new Ending.Overloaded("tasks", 1_001, 1_000, "clusterpool.queue.max-tasks"));
        submit(400);
        assertThat(all(Effect.End.class)).isEmpty();
    }

    @Test
    void submit_queueFullOfBytes_refusesThatJob() {
        init(1);
        int[] ends = {6_000};
        JobRules rules = new JobRules(Dealing.ROUND_ROBIN, 0, 3, false, 0, 0, false);
        tell(new Event.Submit(++jobs, new Extent(ends, 0, Integer.MAX_VALUE), rules));

        tell(new Event.Submit(++jobs, new Extent(ends, 0, Integer.MAX_VALUE), rules));

        assertThat(only(Effect.End.class).ending())
                .isEqualTo(new Ending.Overloaded("bytes", 12_000, 10_000, "clusterpool.queue.max-bytes"));
    }

    @Test
    void submit_roomAgainAfterCancelLossAnswerAndDelete_isTaken() {
        List<WorkerRef> workers = init(1);
        long cancelled = submit(1_000);
        Effect.Run run = all(Effect.Run.class).get(0);
        refusal(1);
        tell(new Event.Cancel(cancelled));
        answer(run, 0, Sequel.FLAGGED, 0);
        assertThat(state.snapshot().queued() + state.snapshot().running()).isZero();

        submit(1_000, Dealing.ROUND_ROBIN, 500, 0, 0);
        tell(new Event.Lost(workers.get(0), new Death("was killed")));
        assertThat(all(Effect.Fail.class)).extracting(Effect.Fail::count).containsExactly(500);
        submit(500, Dealing.ROUND_ROBIN, 500, 3, 0);
        assertThat(all(Effect.End.class)).isEmpty();
        assertThat(refusal(1).got()).isEqualTo(1_001);

        tell(new Event.Delete(++jobs));
        tell(new Event.Init(++jobs, 1, false));
        submit(1_000);
        assertThat(all(Effect.End.class)).isEmpty();
        assertThat(state.snapshot().queued()).isEqualTo(1_000);
    }

    // ---- turns

    /** Answers for chunk after chunk, as if each took that long, and counts those that were dealt of each job. */
    private Map<Long, Integer> shares(List<Effect.Run> dealt, int answers, long nanos) {
        Deque<Effect.Run> out = new ArrayDeque<>(dealt);
        Map<Long, Integer> shares = new LinkedHashMap<>();
        for (int i = 0; i < answers; i++) {
            Effect.Run run = out.remove();
            shares.merge(run.job(), 1, Integer::sum);
            answer(run, run.count(), Sequel.DONE, nanos);
            out.addAll(all(Effect.Run.class));
        }
        return shares;
    }

    @Test
    void deal_manyJobs_takeTurnsChunkByChunk() {
        init(2);
        List<Effect.Run> dealt = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            submit(100);
            dealt.addAll(all(Effect.Run.class));
        }

        Map<Long, Integer> shares = shares(dealt, 400, 10_000_000);

        assertThat(shares).hasSize(8);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(49, 50 + 2)); // two were alone
    }

    @Test
    void deal_jobPlacedOnOneWorker_keepsItsTurnWhileOthersAreDealt() {
        init(2);
        submit(200);
        List<Effect.Run> dealt = new ArrayList<>(all(Effect.Run.class));
        Collections.reverse(dealt); // so that it is always the other worker whose turn meets the job
        submit(200);
        long placed = submit(1, Dealing.STATIC, 1, 3, 0);

        Map<Long, Integer> shares = shares(dealt, 20, 10_000_000);

        assertThat(shares).containsEntry(placed, 1);
    }

    @Test
    void deal_smallJobBehindAHugeOneOfUnknownCost_waitsForATrialOnly() {
        init(1);
        submit(1);
        answer(only(Effect.Run.class), 1, Sequel.DONE, 1_000);
        long huge = submit(900, Dealing.ROUND_ROBIN, 0, 3, 0);
        List<Effect.Run> dealt = new ArrayList<>(all(Effect.Run.class));
        long small = submit(1);
        dealt.addAll(all(Effect.Run.class));

        Map<Long, Integer> before = new LinkedHashMap<>();
        for (Effect.Run run : dealt) {
            before.merge(run.job(), run.count(), Integer::sum);
        }

        assertThat(before.get(huge)).isLessThanOrEqualTo(2 * 256);
        assertThat(before.get(small)).isEqualTo(1);
    }

    @Test
    void deal_floodOfSmallJobs_leavesTheBigOneItsTurns() {
        init(1);
        long big = submit(300);
        Deque<Effect.Run> out = new ArrayDeque<>(all(Effect.Run.class));
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            submit(1);
            out.addAll(all(Effect.Run.class));
            Effect.Run run = out.remove();
            order.add(run.job());
            answer(run, run.count(), Sequel.DONE, 10_000_000);
            out.addAll(all(Effect.Run.class));
        }

        long turns = order.stream().filter(job -> job == big).count();
        assertThat(turns).isGreaterThan(20);
        assertThat(order.subList(0, 20)).contains(big);
    }

    @Test
    void deal_workerIsLateWithItsChunk_getsNothingMoreToWaitBehindIt() {
        init(2);
        submit(2);
        shares(all(Effect.Run.class), 2, 1_000);
        submit(1);
        Effect.Run slow = only(Effect.Run.class);
        now += LATE;
        submit(6);

        assertThat(all(Effect.Run.class)).extracting(Effect.Run::ref).doesNotContain(slow.ref());
    }

    /** Two workers, jobs of one short task known to both of them, and two more than there are workers. */
    private List<Effect.Run> oneWaitsBehindEach(Dealing dealing) {
        init(2);
        submit(2);
        shares(all(Effect.Run.class), 2, 1_000);
        submit(4, dealing, 1, 3, 0);
        List<Effect.Run> runs = all(Effect.Run.class);
        assertThat(runs).hasSize(4);
        return runs;
    }

    @Test
    void recall_workerIsLateAndAnotherIsFree_givesWhatWaitsToThat() {
        List<Effect.Run> runs = oneWaitsBehindEach(Dealing.ROUND_ROBIN);
        Effect.Run head = runs.get(0);
        Effect.Run waiting = runs.get(2);
        assertThat(waiting.ref()).isEqualTo(head.ref());
        answer(runs.get(1));
        answer(runs.get(3));

        pass(LATE);

        assertThat(only(Effect.Recall.class).ref()).isEqualTo(head.ref());
        assertThat(only(Effect.Recall.class).runs()).containsExactly(waiting.run());
        answer(waiting, 0, Sequel.DONE, 0);
        Effect.Run again = only(Effect.Run.class);
        assertThat(again.ref()).isEqualTo(runs.get(1).ref());
        assertThat(again.first()).isEqualTo(waiting.first());
        assertThat(again.attempt()).isEqualTo(1);
        answer(again);
        answer(head);
        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.Completed());
        assertThat(state.snapshot().stale()).isZero();
    }

    @Test
    void recall_nobodyIsFree_waitsUntilSomebodyIs() {
        List<Effect.Run> runs = oneWaitsBehindEach(Dealing.ROUND_ROBIN);

        pass(LATE);
        assertThat(all(Effect.Recall.class)).isEmpty();
        answer(runs.get(1));
        answer(runs.get(3));
        pass(LATE);

        assertThat(only(Effect.Recall.class).runs()).containsExactly(runs.get(2).run());
    }

    @Test
    void recall_hadBegunMeanwhile_isAnsweredOnce() {
        List<Effect.Run> runs = oneWaitsBehindEach(Dealing.ROUND_ROBIN);
        answer(runs.get(1));
        answer(runs.get(3));
        pass(LATE);
        assertThat(all(Effect.Recall.class)).hasSize(1);

        answer(runs.get(0));
        pass(LATE);
        assertThat(effects).isEmpty();
        answer(runs.get(2));

        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.Completed());
    }

    @Test
    void recall_jobPlacedOnItsWorkers_staysThere() {
        List<Effect.Run> runs = oneWaitsBehindEach(Dealing.STATIC);
        answer(runs.get(1));
        answer(runs.get(3));

        pass(LATE);

        assertThat(effects).isEmpty();
    }

    /** Two workers, 32 elements: 8 are with the first one, and all the others are done. */
    private Effect.Run oneIsLeft() {
        init(2);
        submit(32, Dealing.ROUND_ROBIN, 0, 3, 0);
        Deque<Effect.Run> out = new ArrayDeque<>(all(Effect.Run.class));
        Effect.Run left = out.remove();
        while (!out.isEmpty()) {
            answer(out.remove());
            out.addAll(all(Effect.Run.class));
        }
        assertThat(left.count()).isEqualTo(8);
        return left;
    }

    private void giveBack(Effect.Run run, int kept, int count) {
        tell(new Event.Answered(
                run.ref(),
                run.run(),
                run.job(),
                run.attempt(),
                run.first() + kept,
                count,
                0,
                new byte[0],
                Sequel.REST,
                0));
    }

    @Test
    void recall_runningChunkIsLateAndAnotherWorkerIsFree_isShared() {
        Effect.Run slow = oneIsLeft();
        pass(LATE);
        assertThat(only(Effect.Recall.class).ref()).isEqualTo(slow.ref());
        assertThat(only(Effect.Recall.class).runs()).containsExactly(slow.run());

        giveBack(slow, 4, 4);

        Effect.Run rest = only(Effect.Run.class);
        assertThat(rest.ref()).isNotEqualTo(slow.ref());
        assertThat(rest.first()).isEqualTo(slow.first() + 4);
        assertThat(rest.attempt()).isEqualTo(1);
        assertThat(rest.count()).isEqualTo(4);
        answer(rest);
        answer(slow, 4, Sequel.DONE, 1);
        assertThat(only(Effect.End.class).ending()).isEqualTo(new Ending.Completed());
        assertThat(state.snapshot().stale()).isZero();
    }

    @Test
    void rest_toldTwice_countsOnce() {
        Effect.Run slow = oneIsLeft();
        pass(LATE);

        giveBack(slow, 4, 4);
        giveBack(slow, 4, 4);

        assertThat(effects).isEmpty();
        assertThat(state.snapshot().stale()).isEqualTo(1);
    }

    @Test
    void rest_workerDiesAfterwards_isNotRunAgain() {
        Effect.Run slow = oneIsLeft();
        pass(LATE);
        giveBack(slow, 4, 4);
        Effect.Run rest = only(Effect.Run.class);

        tell(new Event.Lost(slow.ref(), new Death("died")));
        answer(rest);

        assertThat(all(Effect.Run.class)).allSatisfy(run -> {
            assertThat(run.attempt()).isEqualTo(2);
            assertThat(run.first() + run.count()).isLessThanOrEqualTo(slow.first() + 4);
        });
    }

    @Test
    void recall_chunkOfAskedSize_isNotShared() {
        init(2);
        submit(8, Dealing.ROUND_ROBIN, 4, 3, 0);
        answer(all(Effect.Run.class).get(1));

        pass(LATE);

        assertThat(effects).isEmpty();
    }

    @Test
    void recall_anotherJobWaitsForALongChunk_isShared() {
        init(1);
        submit(32, Dealing.ROUND_ROBIN, 0, 3, 0);
        Effect.Run running = only(Effect.Run.class);
        submit(1);

        pass(LATE);

        assertThat(only(Effect.Recall.class).runs()).containsExactly(running.run());
    }
}
