package io.github.clusterpool.bench;

import java.util.List;

/**
 * One who runs functions elsewhere, each in the way its own manual recommends. Each method returns when all is done; what
 * somebody does not do at all throws an UnsupportedOperationException.
 */
interface Contestant {
    /** Starts so many workers; false if nothing needs to be started. */
    default boolean open(int workers) throws Exception {
        return false;
    }

    /** The same in place of what is open, with a worker process more that waits for the end of one of them. */
    default void openSpared(int workers) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Of the worker processes, if it has any. */
    default List<Long> pids() throws Exception {
        return List.of();
    }

    /** Makes a pool that is there a clean one. */
    default void init() throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Adds one to each of them. */
    default List<Integer> map(List<Integer> xs) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** One task after the other has been sent, without waiting for answers. */
    default void works(List<Work> works) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** One task, and its answer. */
    default void work(Work work) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** A task that does nothing on each worker. */
    default void all() throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Each worker process has these bytes afterwards. */
    default void export(byte[] bytes) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** The same, and a task on each worker reads them. */
    default void exportAndUse(byte[] bytes) throws Exception {
        export(bytes);
        all();
    }

    /** No process is left. */
    default void close() throws Exception {}
}
