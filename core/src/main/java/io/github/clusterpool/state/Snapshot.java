package io.github.clusterpool.state;

import java.util.List;

/**
 * How a pool stands at one moment.
 *
 * @param queued tasks that wait for a worker
 * @param running tasks that are at a worker
 * @param stale messages of workers or lives that no longer count
 * @param leaving workers that are on their way out
 * @param scaling how the pool changed its size by itself last; empty if it has not
 */
public record Snapshot(
        boolean exists,
        List<WorkerView> workers,
        int queued,
        int running,
        long epoch,
        long generation,
        long stale,
        int leaving,
        String scaling) {
    /** How one worker stands. */
    public record WorkerView(
            int id, String phase, String node, long pid, int restarts, long tasksDone, int running, String death) {
        static WorkerView of(WorkerSlot slot) {
            return new WorkerView(
                    slot.id,
                    phase(slot),
                    slot.node,
                    slot.pid,
                    slot.restarts,
                    slot.tasksDone,
                    slot.flights.size(),
                    death(slot));
        }

        private static String phase(WorkerSlot slot) {
            return slot.isUp() && slot.suspect ? "SUSPECT" : slot.phase.name();
        }

        private static String death(WorkerSlot slot) {
            return slot.death == null ? "" : slot.death.reason();
        }

        /** Whether it is still so. */
        boolean isOf(WorkerSlot slot) {
            return tasksDone == slot.tasksDone
                    && running == slot.flights.size()
                    && restarts == slot.restarts
                    && pid == slot.pid
                    && phase.equals(phase(slot))
                    && node.equals(slot.node)
                    && death.equals(death(slot));
        }
    }
}
