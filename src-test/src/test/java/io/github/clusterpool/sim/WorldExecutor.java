package io.github.clusterpool.sim;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/** Hands what a dispatcher wants to run to the world, which runs it when chance wills. */
public final class WorldExecutor extends ExecutorServiceConfigurator {
    private final World world;

    /** Made by Pekko. */
    public WorldExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        this.world = World.of(prerequisites.settings().config());
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> new HandOver(world);
    }

    private static final class HandOver extends AbstractExecutorService {
        private final World world;
        private volatile boolean shutdown;

        HandOver(World world) {
            this.world = world;
        }

        @Override
        public void execute(Runnable task) {
            world.execute(task);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
