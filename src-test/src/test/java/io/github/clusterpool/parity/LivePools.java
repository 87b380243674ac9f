package io.github.clusterpool.parity;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.Job;
import io.github.clusterpool.Placement;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The pools of one placement: one that is kept from case to case, and any number that do not exist yet. */
final class LivePools implements AutoCloseable {
    private static final Duration AT_MOST = Duration.ofSeconds(100);

    final Placement placement;
    private Pool kept;
    private ActorSystem<?> system;
    private int named;

    LivePools(Placement placement) {
        this.placement = placement;
    }

    static <T> T end(Job<T> job) {
        return job.join(AT_MOST);
    }

    PoolConfig config(int workers) {
        return placement == Placement.PROCESSES ? PoolConfig.processes(workers) : PoolConfig.inProcess(workers);
    }

    /** A pool of just so many workers, all of them there, without variables. */
    Pool clean(int workers) {
        if (kept == null) {
            kept = Pool.open(config(workers));
        }
        if (kept.size() != workers) {
            end(kept.resize(workers));
        }
        end(kept.init(workers));
        requireThere(workers);
        return kept;
    }

    /** Asking all waits for all; and a run in worker JVMs must not be one in this JVM by mistake. */
    private void requireThere(int workers) {
        List<Long> pids = end(kept.call(() -> ProcessHandle.current().pid()));
        Set<Long> jvms = new HashSet<>(pids);
        boolean here = jvms.contains(ProcessHandle.current().pid());
        boolean right = placement == Placement.PROCESSES ? jvms.size() == workers && !here : jvms.size() == 1 && here;
        if (pids.size() != workers || !right) {
            throw new IllegalStateException(
                    "the pool must have " + workers + " workers " + placement + ", got JVMs " + pids);
        }
    }

    /** A pool that nobody has called {@code init} on. */
    Pool missing() {
        if (system == null) {
            system = ActorSystem.create(Behaviors.empty(), "parity", settings());
        }
        return Pool.get(system, "parity" + ++named);
    }

    /** What an application with an ActorSystem of its own has to say. */
    private Config settings() {
        String remoting = """
                clusterpool.placement = processes
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                pekko.remote.artery.advanced.maximum-frame-size = 9MiB
                """;
        return ConfigFactory.parseString(placement == Placement.PROCESSES ? remoting : "")
                .withFallback(ConfigFactory.parseString("pekko.daemonic = on"))
                .withFallback(ConfigFactory.load());
    }

    /** What tells whether a worker is still the same one. */
    List<Long> identities(Pool pool) {
        return end(
                placement == Placement.PROCESSES
                        ? pool.call(() -> ProcessHandle.current().pid())
                        : pool.call(() -> Thread.currentThread().getId()));
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
        if (system != null) {
            system.terminate();
            CompletableFuture<?> ended = system.getWhenTerminated().toCompletableFuture();
            ended.orTimeout(AT_MOST.toSeconds(), TimeUnit.SECONDS).join();
        }
    }
}
