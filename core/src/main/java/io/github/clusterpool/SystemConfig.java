package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings of the ActorSystems that we make ourselves. */
final class SystemConfig {
    /** More than a piece of a blob takes besides its bytes, and enough for Artery's least frame. */
    private static final int PIECE_ENVELOPE_BYTES = 64 * 1024;

    private SystemConfig() {}

    /** Of {@link Pool#open}: daemon threads, and no port unless there are worker JVMs. */
    static Config driver(PoolConfig config) {
        Config common = ConfigFactory.parseString("""
                pekko.daemonic = on
                pekko.jvm-exit-on-fatal-error = off
                pekko.log-dead-letters = off
                pekko.log-dead-letters-during-shutdown = off
                # the default, 5s, has ended JVMs that started on a busy machine
                pekko.logger-startup-timeout = 60s
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                """);
        return config.placement() == Placement.PROCESSES
                ? remote(config, "/user/" + BlobPort.NAME).withFallback(common)
                : common;
    }

    /** Of a worker JVM: few threads, for user code has its own; the application's settings are the driver's business. */
    static Config workerJvm(WorkerSetup setup) {
        String blobs = "/system/clusterpool-" + setup.config().name() + "/" + BlobPort.name(setup.ref());
        String[] large = setup.largeLane() ? new String[] {blobs, "/user/" + BlobPort.NAME} : new String[0];
        return remote(setup.config(), large)
                .withFallback(ConfigFactory.parseString("""
                pekko.log-dead-letters = off
                pekko.log-dead-letters-during-shutdown = off
                # the default, 5s, has ended JVMs that started on a busy machine
                pekko.logger-startup-timeout = 60s
                # none of Pekko's: they only take time, and warn of connections that break
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
                pekko.remote.default-remote-dispatcher.fork-join-executor {
                  parallelism-min = 2
                  parallelism-max = 2
                }
                """))
                .withFallback(ConfigFactory.defaultReference());
    }

    /** Artery over TCP on loopback, at a port of the system's choice; with a lane of their own to {@code blobs}. */
    private static Config remote(PoolConfig config, String... blobs) {
        return ConfigFactory.parseString("""
                pekko.actor.provider = remote
                pekko.actor.allow-java-serialization = off
                pekko.remote.warn-about-direct-use = off
                pekko.remote.use-unsafe-remote-features-outside-cluster = on
                pekko.remote.warn-unsafe-watch-outside-cluster = off
                pekko.remote.artery {
                  transport = tcp
                  canonical { hostname = "127.0.0.1", port = 0 }
                  # the default bind-timeout, 3s, has failed pools that opened on a busy machine
                  bind { hostname = "127.0.0.1", bind-timeout = 60s }
                  advanced.maximum-frame-size = %d
                  advanced.buffer-pool-size = 4
                  large-message-destinations = [%s]
                  advanced.maximum-large-frame-size = %d
                  advanced.large-buffer-pool-size = 4
                  # more than can be asked for at the same time
                  advanced.outbound-large-message-queue-size = 4096
                  # a full queue drops messages; what a pool has under way stays far below this
                  advanced.outbound-message-queue-size = 16384
                  # what is still under way when a worker JVM ends counts for nobody
                  advanced.shutdown-flush-timeout = 50ms
                }
                """.formatted(
                        config.maxFrameSize(),
                        Stream.of(blobs).map(path -> '"' + path + '"').collect(Collectors.joining(", ")),
                        config.threshold() + PIECE_ENVELOPE_BYTES));
    }
}
