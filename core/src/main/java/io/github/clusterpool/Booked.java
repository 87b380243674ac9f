package io.github.clusterpool;

/**
 * A command that a pool has taken, as another host of it would need it.
 *
 * @param session of the client that gave it; empty: an actor by itself
 */
record Booked(String session, PoolSupervisor.JobCommand command) implements Shelf.Item {
    /** The same when nobody asks for it any more. */
    Booked settled() {
        return new Booked("", command);
    }

    boolean isDetached() {
        return command instanceof PoolSupervisor.Submit submit && submit.work().detached();
    }
}
