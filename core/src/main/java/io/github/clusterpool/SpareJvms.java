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
    private volatile int wanted;

    // guarded by this
    private final Deque<Process> waiting = new ArrayDeque<>();

    /** For so many at a time, none of which is there yet, nor wanted. */
    SpareJvms(int size) {
        this.size = size;
    }

    /** Whether the pool has workers, for whom some should wait; takes no time. */
    void want(boolean any) {
        wanted = any ? size : 0;
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
            while (waiting.size() < wanted) {
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

    @Override
    public void close() {
        want(false);
        trim();
    }

    /** Ends those that are not wanted, which have nothing to lose; takes time. */
    void trim() {
        for (Process spare = surplus(); spare != null; spare = surplus()) {
            spare.destroyForcibly();
            try {
                spare.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // they go all the same
            }
        }
    }

    private synchronized @Nullable Process surplus() {
        return waiting.size() > wanted ? waiting.poll() : null;
    }
}
