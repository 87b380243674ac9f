package io.github.clusterpool;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker JVMs that have all but a worker: they wait, warm, to be told whose part to take, so that who is lost is soon
 * replaced. Thread-safe.
 */
final class SpareJvms implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpareJvms.class);

    interface Start {
        Process start() throws IOException;
    }

    private final int size;

    // guarded by this
    private final Deque<Process> waiting = new ArrayDeque<>();
    private boolean closed;

    /** For so many at a time, none of which is there yet. */
    SpareJvms(int size) {
        this.size = size;
    }

    /** One that is alive, if there is one. */
    synchronized Optional<Process> take() {
        dropDead();
        return Optional.ofNullable(waiting.poll());
    }

    /** Starts what is missing; takes time. */
    synchronized void fill(Start start) {
        dropDead();
        try {
            while (!closed && waiting.size() < size) {
                waiting.add(start.start());
            }
        } catch (IOException e) { // who needs one starts one, and says why it cannot
            LOG.info("no spare worker JVM: {}", e.toString());
        }
    }

    private void dropDead() {
        waiting.removeIf(each -> {
            boolean dead = !each.isAlive();
            if (dead) {
                LOG.info("a spare worker JVM (pid {}) has ended (exit {})", each.pid(), each.exitValue());
            }
            return dead;
        });
    }

    /** Ends those that wait, which have nothing to lose. */
    @Override
    public void close() {
        for (Process spare = last(); spare != null; spare = last()) {
            spare.destroyForcibly();
            try {
                spare.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // they go all the same
            }
        }
    }

    private synchronized @Nullable Process last() {
        closed = true;
        return waiting.poll();
    }
}
