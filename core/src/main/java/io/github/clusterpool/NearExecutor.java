package io.github.clusterpool;

import com.typesafe.config.Config;
import io.github.clusterpool.net.Endpoint;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ForkJoinExecutorConfigurator;

/**
 * Threads for the actors that only pass messages: what a message from another JVM brings about goes on on the thread that
 * has received it, everything else on threads of a pool. Pekko makes it, as settings name it.
 */
final class NearExecutor extends ExecutorServiceConfigurator {
    private final ForkJoinExecutorConfigurator others;

    NearExecutor(Config dispatcher, DispatcherPrerequisites prerequisites) {
        super(dispatcher, prerequisites);
        this.others = new ForkJoinExecutorConfigurator(dispatcher.getConfig("fork-join-executor"), prerequisites);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        ExecutorServiceFactory factory = others.createExecutorServiceFactory(id, threads);
        return () -> new Near(factory.createExecutorService());
    }

    private static final class Near extends AbstractExecutorService {
        private final ExecutorService others;

        Near(ExecutorService others) {
            this.others = others;
        }

        @Override
        public void execute(Runnable task) {
            if (others.isShutdown() || !Endpoint.runHere(task)) {
                others.execute(() -> Endpoint.sendTogether(task));
            }
        }

        @Override
        public void shutdown() {
            others.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return others.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return others.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return others.isTerminated();
        }

        @Override
        public boolean awaitTermination(long most, TimeUnit unit) throws InterruptedException {
            return others.awaitTermination(most, unit);
        }
    }
}
