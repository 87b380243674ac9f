package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** The settings of the ActorSystems that we make ourselves: none has a port of its own. */
final class SystemConfig {
    private static final String COMMON = """
            pekko.log-dead-letters = off
            pekko.log-dead-letters-during-shutdown = off
            # the default, 5s, has ended JVMs that started on a busy machine
            pekko.logger-startup-timeout = 60s
            """;

    private SystemConfig() {}

    /** Of {@link Pool#open}: daemon threads. */
    static Config driver() {
        return ConfigFactory.parseString("""
                pekko.daemonic = on
                pekko.jvm-exit-on-fatal-error = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                """ + COMMON);
    }

    /** Of a worker JVM: few threads, for user code has its own; the application's settings are the driver's business. */
    static Config workerJvm() {
        return ConfigFactory.parseString("""
                pekko.actor.provider = local
                # none of Pekko's: they only take time
                pekko.jvm-shutdown-hooks = off
                pekko.actor.default-dispatcher.fork-join-executor {
                  parallelism-min = 2
                  parallelism-max = 2
                }
                pekko.actor.default-blocking-io-dispatcher.thread-pool-executor.fixed-pool-size = 2
                pekko.actor.internal-dispatcher.fork-join-executor {
                  parallelism-min = 2
                  parallelism-max = 2
                }
                """ + COMMON).withFallback(ConfigFactory.defaultReference());
    }
}
