package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskJobTest {
    private static final int MANY_BYTES = 1_000_000;

    private static TaskJob job(int size, int workers, Dealing dealing, int chunkSize) {
        List<WorkerSlot> slots = IntStream.rangeClosed(1, workers)
                .mapToObj(id -> new WorkerSlot(id, id * WorkerRef.LIVES))
                .toList();
        return new TaskJob(1, extent(size), new JobRules(dealing, chunkSize, 3, false, 0, 0, false), 0, slots);
    }

    private static Extent extent(int size) {
        return new Extent(IntStream.rangeClosed(1, size).map(i -> i * 10).toArray(), 0, Integer.MAX_VALUE);
    }

    private static WorkerSlot slot(int worker) {
        return new WorkerSlot(worker, worker);
    }

    private static Roster roster(int workers) {
        Roster roster = new Roster();
        for (int i = 0; i < workers; i++) {
            roster.setPhase(roster.add(), WorkerSlot.Phase.READY);
        }
        return roster;
    }

    private static String next(TaskJob job, int worker, int workers) {
        Chunk chunk = job.next(slot(worker), roster(workers), false, MANY_BYTES);
        return chunk == null ? "none" : chunk.first() + "+" + chunk.count();
    }

    private static List<Integer> sizes(TaskJob job, int workers) {
        List<Integer> sizes = new ArrayList<>();
        for (Chunk c = job.next(slot(1), roster(workers), true, MANY_BYTES);
                c != null;
                c = job.next(slot(1), roster(workers), true, MANY_BYTES)) {
            sizes.add(c.count());
        }
        return sizes;
    }

    @Test
    void next_static_givesChunkKToWorkerKModN() {
        TaskJob job = job(7, 2, Dealing.STATIC, 2);

        assertThat(next(job, 2, 2)).isEqualTo("2+2");
        assertThat(next(job, 1, 2)).isEqualTo("0+2");
        assertThat(next(job, 1, 2)).isEqualTo("4+1");
        assertThat(next(job, 1, 2)).isEqualTo("none");
        assertThat(next(job, 2, 2)).isEqualTo("5+2");
        assertThat(job.undealt()).isZero();
    }

    @Test
    void release_static_letsOthersHaveWhatWasPlaced() {
        TaskJob job = job(4, 2, Dealing.STATIC, 0);
        next(job, 1, 2);

        job.release(2);

        assertThat(next(job, 1, 1)).isEqualTo("2+2");
    }

    @Test
    void next_guided_shrinksTowardsTheEnd() {
        TaskJob job = job(100, 4, Dealing.ROUND_ROBIN, 0);
        job.timed(1, 10_000_000);

        List<Integer> sizes = sizes(job, 4);

        assertThat(sizes).startsWith(7, 6, 6).endsWith(1, 1);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
    }

    @Test
    void next_unknownCost_givesHalfOfAnEvenShare() {
        assertThat(sizes(job(1_000, 4, Dealing.ROUND_ROBIN, 0), 4)).containsOnly(125);
        assertThat(next(job(1_000_000, 4, Dealing.ROUND_ROBIN, 0), 1, 4)).isEqualTo("0+256");
    }

    private static String nextWhereElementsUsuallyTake(long nanos, int size) {
        TaskJob job = job(size, 4, Dealing.ROUND_ROBIN, 0);
        job.usualNanos = nanos;
        return next(job, 1, 4);
    }

    @Test
    void next_elementsUsuallyTakeLessThanToWakeAWorker_givesAsManyAsAreWorthIt() {
        assertThat(nextWhereElementsUsuallyTake(50, 1_000)).isEqualTo("0+1000");
        assertThat(nextWhereElementsUsuallyTake(100, 1_000)).isEqualTo("0+500");
        assertThat(nextWhereElementsUsuallyTake(1_000, 1_000)).isEqualTo("0+250");
        assertThat(nextWhereElementsUsuallyTake(1, 100_000)).isEqualTo("0+1024");
    }

    @Test
    void next_fewElementsThatUsuallyTakeNoTime_areForAllWorkers() {
        assertThat(nextWhereElementsUsuallyTake(1, 40)).isEqualTo("0+10");
        assertThat(nextWhereElementsUsuallyTake(1_000_000, 100)).isEqualTo("0+25");
        assertThat(nextWhereElementsUsuallyTake(1_000, 100_000)).isEqualTo("0+256");
    }

    @Test
    void next_unknownCostAndNoRetries_givesFew() {
        JobRules rules = new JobRules(Dealing.ROUND_ROBIN, 0, 0, false, 0, 0, true);
        TaskJob job = new TaskJob(1, extent(1_000), rules, 0, List.of());

        assertThat(next(job, 1, 4)).isEqualTo("0+16");
    }

    @Test
    void next_cheapElements_growsButLeavesEachWorkerItsShare() {
        TaskJob job = job(1_000, 4, Dealing.ROUND_ROBIN, 0);
        job.timed(10, 10_000);

        assertThat(next(job, 1, 4)).isEqualTo("0+250");
    }

    @Test
    void next_dearElements_getsOneAtATime() {
        TaskJob job = job(1_000, 4, Dealing.ROUND_ROBIN, 0);
        job.timed(1, 1_000_000_000);

        assertThat(next(job, 1, 4)).isEqualTo("0+1");
    }

    @Test
    void next_chunkSize_isKept() {
        assertThat(sizes(job(10, 4, Dealing.ROUND_ROBIN, 4), 4)).containsExactly(4, 4, 2);
    }

    @Test
    void next_dynamic_isCutAsRDoes() {
        assertThat(sizes(job(10, 2, Dealing.DYNAMIC, 0), 2)).containsExactly(3, 2, 2, 3);
    }

    @Test
    void next_fewBytesAllowed_cutsTheChunkAndKeepsTheRest() {
        TaskJob job = job(8, 1, Dealing.ROUND_ROBIN, 8);

        List<String> chunks = new ArrayList<>();
        while (job.undealt() > 0) {
            Chunk chunk = job.next(slot(1), roster(1), false, 25);
            chunks.add(chunk.first() + "+" + chunk.count());
        }

        assertThat(chunks).containsExactly("0+2", "2+2", "4+2", "6+2");
    }

    @Test
    void next_oneElementTooLarge_isSentAlone() {
        assertThat(job(2, 1, Dealing.ROUND_ROBIN, 2).next(slot(1), roster(1), false, 5))
                .isEqualTo(new Chunk(0, 1));
    }

    @Test
    void next_lostUnderThisWorker_waitsForAnother() {
        TaskJob job = job(2, 2, Dealing.ROUND_ROBIN, 1);
        next(job, 1, 2);
        job.again(new Chunk(0, 1, 2, 1, List.of()), 1);

        assertThat(next(job, 1, 2)).isEqualTo("1+1");
        assertThat(next(job, 1, 2)).isEqualTo("none");
        assertThat(job.next(slot(1), roster(2), true, MANY_BYTES)).isEqualTo(new Chunk(0, 1, 2, 1, List.of()));
    }

    @Test
    void next_everyWorker_isForThatWorkerOnly() {
        TaskJob job = job(1, 3, Dealing.EVERY_WORKER, 0);

        assertThat(job.size).isEqualTo(3);
        assertThat(next(job, 2, 3)).isEqualTo("1+1");
        assertThat(next(job, 2, 3)).isEqualTo("none");
        assertThat(job.abandon(3)).containsExactly(new Chunk(2, 1));
        assertThat(job.undealt()).isEqualTo(1);
    }

    @Test
    void next_largeElements_goAlone() {
        Extent extent = new Extent(new int[] {1, 2, 102, 103, 104, 204, 304}, 0, 50);
        List<WorkerSlot> slots = List.of(slot(1));
        TaskJob job = new TaskJob(1, extent, new JobRules(Dealing.ROUND_ROBIN, 7, 3, false, 0, 0, false), 0, slots);

        assertThat(sizes(job, 1)).containsExactly(2, 1, 2, 1, 1);
    }
}
