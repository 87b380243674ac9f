package io.github.clusterpool;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Credentials;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes ActorSystems that are members of a cluster, and checks those that an application has made. */
final class ClusterSystem {
    static final String NAME = "clusterpool";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSystem.class);
    private static final Duration KNOCK = Duration.ofSeconds(5);
    private static final Duration SHORT_KNOCK = Duration.ofSeconds(1);
    private static final long AFTER_LEAVING_SECONDS = 5;
    private static final long PAUSE_NANOS = 200_000_000;

    /** After that we are no member any more; Pekko's streams to a member that was killed may never end. */
    private static final long END_SECONDS = 12;

    private ClusterSystem() {}

    /**
     * Starts one and joins; a node that is to join nobody is the first of a new cluster.
     *
     * @throws PoolStartException if it cannot, or not within {@code clusterpool.cluster.start-timeout}
     */
    static ActorSystem<Void> join(PoolConfig config, Role role) {
        ClusterConfig cluster = config.cluster();
        long deadline = System.nanoTime() + cluster.startTimeout().toNanos();
        try {
            requireSafeBind(config);
            ClusterHome home = new ClusterHome(cluster);
            List<String> others = others(cluster, home, role);
            Tls tls = config.security() == Security.TLS ? tls(home, role, others.isEmpty()) : null;
            knock(others, tls, deadline, cluster);
            AuditLog audit = tls == null ? null : home.audit();
            ActorSystem<Void> system = start(config, role, tls, audit);
            awaitUp(system, others, deadline, cluster);
            return system;
        } catch (IOException e) {
            throw new PoolStartException(String.valueOf(e.getMessage()));
        }
    }

    private static void requireSafeBind(PoolConfig config) throws UnknownHostException {
        String host = config.cluster().host();
        InetAddress address = InetAddress.getByName(host);
        if (address.isAnyLocalAddress()) {
            throw new PoolStartException(Messages.wildcardBind(host));
        }
        if (config.security() == Security.NONE) {
            LOG.warn("clusterpool.security is none: whoever reaches {} can run code on this machine", host);
        }
    }

    private static List<String> others(ClusterConfig cluster, ClusterHome home, Role role) throws IOException {
        if (!cluster.join().isEmpty() || role == Role.NODE) {
            return cluster.join();
        }
        ClusterHome.Addresses known = home.addresses();
        if (known == null) {
            throw new PoolStartException(Messages.noCluster(cluster.home()));
        }
        Set<String> all = new LinkedHashSet<>(List.of(known.node()));
        all.addAll(home.members()); // the first node may have gone
        return List.copyOf(all);
    }

    private static Tls tls(ClusterHome home, Role role, boolean isFirst) throws IOException {
        if (isFirst) {
            home.authority(); // makes it
        }
        Credentials credentials = home.credentials(role);
        if (credentials == null) {
            throw new PoolStartException(Messages.noCredentials(home.folder()));
        }
        return credentials.tls(EnumSet.allOf(Role.class), Clock.systemUTC());
    }

    /** Says at once, and clearly, what Artery would only log: nobody is there, or it is another cluster. */
    private static void knock(List<String> others, @Nullable Tls tls, long deadline, ClusterConfig cluster) {
        IOException last = null;
        while (!others.isEmpty()) {
            for (String other : others) {
                try {
                    knock(address(other), tls, KNOCK);
                    return;
                } catch (SSLException e) {
                    throw new PoolStartException(Messages.notOurCluster(other, cluster.name(), rootMessage(e)));
                } catch (IOException e) {
                    last = e;
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new PoolStartException(Messages.notReached(others, cluster.startTimeout(), String.valueOf(last)));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void knock(InetSocketAddress address, @Nullable Tls tls, Duration atMost) throws IOException {
        if (tls != null) {
            tls.connect(address, atMost).close();
            return;
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) atMost.toMillis());
        }
    }

    /** At which of these addresses a member of this node's cluster answers now. */
    static List<String> reachable(PoolConfig config, List<String> addresses) {
        List<String> there = new ArrayList<>();
        try {
            Tls tls = tlsToKnock(config, addresses);
            for (String each : addresses) {
                if (answers(each, tls)) {
                    there.add(each);
                }
            }
        } catch (IOException | PoolStartException e) {
            LOG.warn("cannot look for members that were cut off: {}", e.getMessage());
        }
        return there;
    }

    /** Whether somebody answers at one of these addresses now, of this cluster or another. */
    static boolean isAnybodyAt(PoolConfig config, List<String> addresses) {
        try {
            Tls tls = tlsToKnock(config, addresses);
            return addresses.stream().anyMatch(each -> isAnybodyAt(each, tls));
        } catch (IOException e) {
            throw new PoolStartException(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isAnybodyAt(String address, @Nullable Tls tls) {
        try {
            knock(address(address), tls, SHORT_KNOCK);
            return true;
        } catch (SSLException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable Tls tlsToKnock(PoolConfig config, List<String> addresses) throws IOException {
        return addresses.isEmpty() || config.security() == Security.NONE
                ? null
                : tls(new ClusterHome(config.cluster()), Role.NODE, false);
    }

    private static boolean answers(String address, @Nullable Tls tls) {
        try {
            knock(address(address), tls, SHORT_KNOCK);
            return true;
        } catch (IOException e) {
            LOG.debug("no member answers at {}: {}", address, e.toString());
            return false;
        }
    }

    private static InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        return new InetSocketAddress(
                hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Messages.oneLine(String.valueOf(root.getMessage()));
    }

    private static ActorSystem<Void> start(PoolConfig config, Role role, @Nullable Tls tls, @Nullable AuditLog audit) {
        Config settings = SystemConfig.cluster(ConfigFactory.load(), config, role);
        ActorSystemSetup setup =
                tls == null || audit == null ? ActorSystemSetup.empty() : ArterySsl.setup(() -> tls, audit);
        setup = setup.withSetup(BootstrapSetup.create(settings));
        try {
            ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), NAME, setup);
            system.getWhenTerminated().thenRun(() -> close(audit));
            DistributedData.get(system); // so that it hears of hosted pools, and says so to who tells most members
            return system;
        } catch (RuntimeException e) {
            close(audit);
            throw new PoolStartException(Messages.notListening(
                    config.cluster().host(), config.cluster().port(), rootMessage(e)));
        }
    }

    private static void close(@Nullable AuditLog audit) {
        try {
            if (audit != null) {
                audit.close();
            }
        } catch (IOException e) {
            LOG.warn("the audit log was not closed: {}", e.toString());
        }
    }

    private static void awaitUp(ActorSystem<Void> system, List<String> others, long deadline, ClusterConfig cluster) {
        Cluster member = Cluster.get(Adapter.toClassic(system));
        Entrance entrance = new Entrance();
        system.systemActorOf(entrance.behavior(), "clusterpool-entrance", Props.empty());
        List<Address> seeds = others.isEmpty()
                ? List.of(member.selfAddress())
                : others.stream()
                        .map(other -> AddressFromURIString.parse("pekko://" + NAME + "@" + other))
                        .toList();
        member.joinSeedNodes(seeds);
        try {
            entrance.in().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            end(system);
            throw e.getCause() instanceof PoolStartException refused ? refused : new IllegalStateException(e);
        } catch (TimeoutException e) {
            end(system);
            throw new PoolStartException(
                    Messages.notReached(others, cluster.startTimeout(), "no answer to the wish to join"));
        } catch (InterruptedException e) {
            end(system);
            Thread.currentThread().interrupt();
            throw new PoolStartException("interrupted while joining the cluster");
        }
    }

    /** Ends when that member has left, and its ActorSystem has ended if it does so soon after. */
    static CompletableFuture<Void> whenEnded(ActorSystem<?> system) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        system.getWhenTerminated().thenRun(() -> ended.complete(null));
        Cluster.get(Adapter.toClassic(system))
                .registerOnMemberRemoved(() -> ended.completeOnTimeout(null, AFTER_LEAVING_SECONDS, TimeUnit.SECONDS));
        return ended;
    }

    /** Leaves the cluster and waits for that. */
    static void end(ActorSystem<?> system) {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the ActorSystem of a cluster's member did not end: {}", e.toString());
        }
    }

    /** Where others reach it: {@code HOST:PORT}. */
    static String address(ActorSystem<?> system) {
        return address(system.address());
    }

    static String address(Address address) {
        String hostPort = address.hostPort();
        return hostPort.substring(hostPort.indexOf('@') + 1);
    }

    /** Whether it belongs to a cluster, or may. */
    static boolean isMember(ActorSystem<?> system) {
        String provider = system.settings().config().getString("pekko.actor.provider");
        return provider.equals("cluster") || provider.endsWith(".ClusterActorRefProvider");
    }

    /** Whether others must prove that they belong to the cluster. */
    static boolean isSecured(ActorSystem<?> system) {
        return system.settings()
                .config()
                .getString("pekko.remote.artery.transport")
                .equals("tls-tcp");
    }

    static ActorSystem<?> requireMember(ActorSystem<?> system) {
        if (!isMember(system)) {
            throw new PoolStartException("pekko.actor.provider must be cluster for workers on a cluster, got "
                    + system.settings().config().getString("pekko.actor.provider"));
        }
        return system;
    }

    /** An ActorSystem that an application has made must be able to carry what a pool sends. */
    static ActorSystem<?> checked(ActorSystem<?> system, PoolConfig config) {
        Config settings = requireMember(system).settings().config();
        long frame = settings.getBytes("pekko.remote.artery.advanced.maximum-frame-size");
        if (frame < config.maxFrameSize()) {
            throw new PoolStartException("pekko.remote.artery.advanced.maximum-frame-size must be at least "
                    + config.maxFrameSize() + " bytes, clusterpool.max-message-size and 256 KiB, got " + frame);
        }
        if (!isSecured(system) && config.security() == Security.TLS) {
            throw new PoolStartException("pekko.remote.artery.transport must be tls-tcp unless clusterpool.security is"
                    + " none, got " + settings.getString("pekko.remote.artery.transport"));
        }
        return system;
    }
}
