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

    /**
     * Whether it counts only when it is copied. A job does at once, and one that ends soon is never copied: its client can give
     * it to another host, and knows what it has of it. Before a later change of state is copied, so are the jobs before it.
     */
    boolean waitsForCopies() {
        return !(command instanceof PoolSupervisor.Submit) || isDetached();
    }

    boolean isDetached() {
        return command instanceof PoolSupervisor.Submit submit && submit.work().detached();
    }
}
