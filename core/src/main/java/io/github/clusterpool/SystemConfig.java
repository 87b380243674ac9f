package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.trust.Role;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.Locale;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.stream.Materializer;

/** The settings of the ActorSystems that we make ourselves: they have no port, and so nothing to serialize. */
final class SystemConfig {
    /** Of members that offer slots. */
    static final String NODE_ROLE = role(Role.NODE);

    /** Of members that have pools. */
    static final String DRIVER_ROLE = role(Role.CLIENT);

    private static final Config COMMON = ConfigFactory.parseString("""
            pekko.log-dead-letters = off
            pekko.log-dead-letters-during-shutdown = off
            # the default, 5s, has ended JVMs that started on a busy machine
            pekko.logger-startup-timeout = 60s
            """);

    private static final Config NO_SERIALIZERS = ConfigFactory.parseString("""
            pekko.actor {
              serializers {}
              serialization-bindings {}
              serialization-identifiers {}
            }
            """);

    private SystemConfig() {}

    /** Of {@link Pool#open}: daemon threads, and otherwise what the {@code application} says. */
    static Config driver(Config application) {
        Config ours = ConfigFactory.parseString("""
                pekko.daemonic = on
                pekko.jvm-exit-on-fatal-error = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                """);
        return withoutSerializers(ours.withFallback(COMMON).withFallback(application));
    }

    /**
     * Of a worker JVM: few threads, for user code has its own; the application's settings are the driver's business. The
     * driver works it out for all of them, as reading the libraries' settings would take a quarter of their start.
     */
    static Config workerJvm() {
        Config ours = ConfigFactory.parseString("""
                pekko.actor.provider = local
                # none of Pekko's: they only take time
                pekko.jvm-shutdown-hooks = off
                pekko.actor.default-dispatcher {
                  executor = "io.github.clusterpool.NearExecutor"
                  fork-join-executor {
                    parallelism-min = 2
                    parallelism-max = 2
                  }
                }
                pekko.actor.default-blocking-io-dispatcher.thread-pool-executor.fixed-pool-size = 2
                pekko.actor.internal-dispatcher.fork-join-executor {
                  parallelism-min = 2
                  parallelism-max = 2
                }
                """);
        return withoutSerializers(ours.withFallback(COMMON).withFallback(reference()))
                .resolve();
    }

    /** Of a member of a cluster: Artery, and signs of life that bear a busy machine; the rest as {@link #driver}. */
    static Config cluster(Config application, PoolConfig config, Role role) {
        ClusterConfig cluster = config.cluster();
        Config ours = ConfigFactory.parseString("""
                pekko.daemonic = on
                pekko.jvm-exit-on-fatal-error = off
                pekko.jvm-shutdown-hooks = off
                pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                pekko.actor.provider = cluster
                # nobody elsewhere makes actors here
                pekko.remote.deployment { enable-allow-list = on, allowed-actor-classes = [] }
                pekko.remote.artery {
                  transport = %s
                  canonical { hostname = "%s", port = %d }
                  # Large exports and results must not hold signs of life up.
                  large-message-destinations = [
                    "/system/*/*/blobs", "/system/*/blobs-*", "/system/*/*/*/*/blobs", "/system/*/*/*/blobs-*"
                  ]
                  advanced {
                    maximum-frame-size = %db
                    # FrameWatch reads them
                    compression.manifests.max = off
                  }
                }
                # a member that cannot be reached keeps the others from agreeing that this one leaves
                pekko.coordinated-shutdown.phases {
                  cluster-leave.timeout = 3s
                  cluster-exiting.timeout = 3s
                  cluster-exiting-done.timeout = 2s
                  cluster-shutdown.timeout = 2s
                }
                pekko.cluster {
                  jmx.multi-mbeans-in-same-jvm = on
                  roles = ["%s", "%s"]
                  app-version = "%s"
                  downing-provider-class = "io.github.clusterpool.PoolDowning"
                  failure-detector.acceptable-heartbeat-pause = %dms
                  # joins and leaves are rare and waited for
                  gossip-interval = 300ms
                  leader-actions-interval = 300ms
                  # how soon a new node knows which pools the nodes host
                  distributed-data { gossip-interval = 500ms, notify-subscribers-interval = 200ms }
                  # how soon a node's offer of slots is known
                  typed.receptionist.distributed-data {
                    gossip-interval = 500ms
                    notify-subscribers-interval = 200ms
                  }
                }
                clusterpool.cluster.remove-after = %dms
                """.formatted(
                        config.security() == Security.TLS ? "tls-tcp" : "tcp",
                        cluster.host(),
                        cluster.port(),
                        config.maxFrameSize(),
                        role(role),
                        Version.OWN.role(),
                        Version.OWN.build(),
                        PoolDowning.unreachableAfter(cluster.removeAfter()).toMillis(),
                        cluster.removeAfter().toMillis()));
        return ours.withFallback(COMMON).withFallback(application);
    }

    private static String role(Role role) {
        return "clusterpool-" + role.name().toLowerCase(Locale.ROOT);
    }

    /** Each of them costs a part of the time that an ActorSystem takes to start. */
    private static Config withoutSerializers(Config all) {
        return NO_SERIALIZERS.withFallback(all.withoutPath("pekko.actor.serializers")
                .withoutPath("pekko.actor.serialization-bindings")
                .withoutPath("pekko.actor.serialization-identifiers"));
    }

    /** Only what a worker JVM uses. */
    private static Config reference() {
        return reference(Behavior.class)
                .withFallback(reference(Materializer.class))
                .withFallback(reference(ActorSystem.class));
    }

    /** The {@code reference.conf} that stands where that class does. */
    static Config reference(Class<?> neighbour) {
        String name = neighbour.getName().replace('.', '/') + ".class";
        URL own = neighbour.getClassLoader().getResource(name);
        if (own == null) {
            throw new IllegalStateException(name + " must be a resource");
        }
        String folder = own.toString().substring(0, own.toString().length() - name.length());
        try {
            return ConfigFactory.parseURL(URI.create(folder + "reference.conf").toURL());
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
