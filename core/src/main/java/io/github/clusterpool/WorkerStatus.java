package io.github.clusterpool;

import io.github.clusterpool.state.Snapshot;

/**
 * How one worker stood.
 *
 * @param id 1..n, as in R
 * @param node address of the JVM it lives in; that of a joined node begins with its name and {@code @}
 * @param pid of that JVM; 0 before it has started
 * @param restarts how often it was lost and started again
 * @param tasksDone since the pool was made, over all its lives
 * @param running chunks it has been given and not answered
 * @param lastDeath why it was lost last, empty if never
 */
public record WorkerStatus(
        int id, String node, long pid, State state, int restarts, long tasksDone, int running, String lastDeath) {
    static WorkerStatus of(Snapshot.WorkerView worker) {
        return new WorkerStatus(
                worker.id(),
                worker.node(),
                worker.pid(),
                State.valueOf(worker.phase()),
                worker.restarts(),
                worker.tasksDone(),
                worker.running(),
                worker.death());
    }

    /** Where a worker is in its life. */
    public enum State {
        /** Asked for, not there yet. */
        STARTING,
        /** There, and taking over the pool's variables. */
        REPLAYING,
        /** Takes tasks. */
        READY,
        /** Not heard of for longer than {@code clusterpool.lease.suspect}: gets nothing new until it is. */
        SUSPECT,
        /** Finishes what it has, then goes. */
        LEAVING,
        /** Lost; starts again after a pause. */
        RESTING,
        /** Given up after too many deaths in a row, until {@code init}; or for lack of a slot, until there is one. */
        FAILED
    }
}
