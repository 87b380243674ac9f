package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A pool whose workers answer for the oldest chunk first, each after the time that it is said to have taken. */
final class PlayedPool {
    /** As in a pool of worker JVMs, but that nobody need be heard of. */
    private static final PoolSettings SETTINGS = new PoolSettings(
            16,
            25_000_000,
            1 << 20,
            1_000_000_000,
            10,
            3,
            1_000_000,
            1_000_000_000,
            1_000,
            1L << 30,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE, Staffing.FIXED);

    private static final byte[] OUTCOMES = new byte[16];

    private final PoolState state = new PoolState(SETTINGS);
    private final Deque<Effect.Run> running = new ArrayDeque<>();
    private final long chunkNanos;
    private long now = 1;
    private long lastJob;
    private int endedJobs;

    /** @param chunkNanos what the workers say that each chunk took them */
    PlayedPool(int workers, long chunkNanos) {
        this.chunkNanos = chunkNanos;
        for (Effect effect : state.apply(new Event.Init(++lastJob, workers, false), now)) {
            if (effect instanceof Effect.Start start) {
                state.apply(new Event.Up(start.ref(), "node", 1), now);
            }
        }
        endedJobs = 0;
    }

    void submit(Extent extent, JobRules rules) {
        apply(new Event.Submit(++lastJob, extent, rules));
    }

    int endedJobs() {
        return endedJobs;
    }

    boolean isBusy() {
        return !running.isEmpty();
    }

    /** The oldest chunk that is out is done. */
    void answer() {
        Effect.Run run = running.remove();
        now += 1_000;
        apply(new Event.Answered(
                run.ref(),
                run.run(),
                run.job(),
                run.attempt(),
                run.first(),
                run.count(),
                0,
                OUTCOMES,
                Sequel.DONE,
                chunkNanos));
    }

    private void apply(Event event) {
        List<Effect> effects = state.apply(event, now);
        for (Effect effect : effects) {
            if (effect instanceof Effect.Run run) {
                running.add(run);
            } else if (effect instanceof Effect.End) {
                endedJobs++;
            }
        }
    }

    static Extent extent(int elements) {
        int[] ends = new int[elements];
        for (int i = 0; i < elements; i++) {
            ends[i] = 8 * (i + 1);
        }
        return new Extent(ends, 0, Integer.MAX_VALUE);
    }

    static JobRules rules(Dealing dealing, int chunkSize) {
        return new JobRules(dealing, chunkSize, 3, false, 0, 0, false);
    }
}
