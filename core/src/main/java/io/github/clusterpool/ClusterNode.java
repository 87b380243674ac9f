package io.github.clusterpool;

import io.github.clusterpool.trust.Ticket;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This JVM as a node of a cluster: offers slots, in which pools of other members have their workers. A node that was cut off
 * from the others joins them again when it reaches them.
 */
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

    private static final Duration HANDOVER = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 1_000;
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final PoolConfig config;
    private final String name;
    private final String address;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread keeper;
    private @Nullable FirstNode first;
    private volatile Membership membership;
    private final ClusterHome home;
    private Set<String> remembered = Set.of(); // guarded by home

    private final CountDownLatch draining = new CountDownLatch(1);
    private volatile boolean drained;
    private volatile boolean closed;

    private ClusterNode(PoolConfig config) {
        this.name = ClusterHome.ownName(config.cluster());
        this.home = new ClusterHome(config.cluster());
        this.membership = begin(config);
        this.address = ClusterSystem.address(membership.system());
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        this.config = config.cluster(config.cluster().again(config.cluster().join(), port));
        this.keeper = new Thread(this::keep, "clusterpool-membership");
        keeper.setDaemon(true);
    }

    /** Where nobody answers whom it is to join, a node finds the cluster that it was in before; only then it begins another. */
    private Membership begin(PoolConfig config) {
        ClusterConfig cluster = config.cluster();
        List<String> before = remembered(cluster);
        List<String> there =
                ClusterSystem.isAnybodyAt(config, cluster.join()) ? List.of() : ClusterSystem.reachable(config, before);
        if (!there.isEmpty()) {
            Set<String> all = new LinkedHashSet<>(there);
            all.addAll(cluster.join());
            LOG.info("node '{}' joins the cluster that it was in before, by {}", name, there);
            ClusterConfig again = cluster.again(List.copyOf(all), cluster.port());
            return begin(config.cluster(again), List.of());
        }
        if (cluster.join().isEmpty() && !before.isEmpty()) {
            LOG.warn(Messages.beginsAnew(name, before));
        }
        return begin(config, before);
    }

    private Membership begin(PoolConfig config, List<String> before) {
        return Membership.begin(config, name, before, this::remember, this::onDrained);
    }

    private List<String> remembered(ClusterConfig cluster) {
        String own = cluster.host() + ":" + cluster.port();
        try {
            return home.members().stream().filter(each -> !each.equals(own)).toList();
        } catch (IOException e) {
            LOG.warn("node '{}' cannot read who was in its cluster before: {}", name, e.toString());
            return List.of();
        }
    }

    private void remember(Set<String> nodes) {
        synchronized (home) {
            if (nodes.equals(remembered)) {
                return;
            }
            remembered = nodes;
            try {
                home.writeMembers(nodes);
            } catch (IOException e) {
                LOG.warn("node '{}' cannot keep who is in its cluster: {}", name, e.toString());
            }
        }
    }

    /**
     * Starts a node, the first of a new cluster if {@code clusterpool.cluster.join} is empty; the first makes the cluster's
     * authority, unless its folder has one, and lets others join by ticket.
     *
     * @throws PoolStartException if it cannot listen, or cannot join
     */
    public static ClusterNode start(PoolConfig config) {
        ClusterNode node = new ClusterNode(config);
        try {
            if (config.cluster().join().isEmpty()) {
                node.first = FirstNode.open(node.config, node.name, node.address);
            }
            node.remember(node.membership.nodes());
            node.keeper.start();
            return node;
        } catch (IOException e) {
            ClusterSystem.end(node.membership.system());
            throw new PoolStartException("the cluster's first node could not let others join: " + e.getMessage());
        }
    }

    // ---- its memberships, one after another

    private void keep() {
        try {
            Set<String> others = awaitCut();
            while (!isOver()) {
                joinAgain(others);
                others = awaitCut();
            }
        } catch (InterruptedException e) {
            LOG.debug("node '{}' is closed", name);
        } finally {
            if (first != null) {
                first.close();
            }
            ended.complete(null);
        }
    }

    private boolean isOver() {
        return closed || drained;
    }

    /**
     * Until it is no member any more, or is on the weaker side of a cut that is whole again: then it leaves that side. Who only
     * starts again, and is about to join this side, answers for a moment, too.
     */
    private Set<String> awaitCut() throws InterruptedException {
        Membership current = membership;
        long stable =
                PoolDowning.unreachableAfter(config.cluster().removeAfter()).toNanos();
        long since = System.nanoTime();
        while (true) {
            try {
                current.ended().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (isOver()) {
                    forgetItself(current.nodes());
                }
                return current.others();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (TimeoutException e) {
                List<String> there = drains() ? List.of() : ClusterSystem.reachable(config, current.stronger());
                if (there.isEmpty()) {
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > stable) {
                    Set<String> others = new LinkedHashSet<>(there);
                    others.addAll(current.others());
                    return others;
                }
            }
        }
    }

    /** Whoever starts next on this machine need not look for it. */
    private void forgetItself(Set<String> nodes) {
        Set<String> others = new TreeSet<>(nodes);
        others.remove(address);
        remember(others);
    }

    private void joinAgain(Set<String> others) throws InterruptedException {
        LOG.warn("node '{}' was cut off from its cluster, and joins it again", name);
        ClusterSystem.end(membership.system());
        Set<String> all = new LinkedHashSet<>(others);
        all.addAll(config.cluster().join());
        all.remove(address);
        ClusterConfig again =
                config.cluster().again(List.copyOf(all), config.cluster().port());
        for (long pause = FIRST_PAUSE_MILLIS;
                !isOver() && !drains();
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try {
                membership = begin(config.cluster(again), List.of());
                LOG.warn("node '{}' at {} is a member of its cluster again", name, address);
                break;
            } catch (PoolStartException e) {
                if (config.cluster().join().isEmpty()) {
                    again = config.cluster(); // it began the cluster, and others come to it
                }
                LOG.warn("node '{}' tries to join its cluster again: {}", name, e.getMessage());
                if (draining.await(pause, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        if (drains() && membership.ended().isDone()) {
            drained = true; // it hosts nothing
        } else if (drains()) {
            drain();
        }
    }

    /**
     * Takes a ticket to the authority that has issued it, and keeps what that gives for it in the folder
     * {@code clusterpool.cluster.home}, for this and later starts.
     *
     * @param ticket as {@link ClusterAdmin#ticket} gives it
     * @return the configuration, with the name that the ticket gives
     * @throws PoolStartException if the authority refuses it, or cannot be reached
     */
    public static PoolConfig enrol(PoolConfig config, String ticket) {
        try {
            Ticket read = Ticket.parse(ticket.trim());
            new ClusterHome(config.cluster()).enrol(read);
            return config.cluster(config.cluster().nodeName(read.peer().name()));
        } catch (IOException e) {
            throw new PoolStartException(String.valueOf(e.getMessage()));
        }
    }

    /** What others call it. */
    public String name() {
        return name;
    }

    /** Where other nodes join: {@code HOST:PORT}. */
    public String address() {
        return address;
    }

    /** Takes no more workers, lets those that are here finish what they run, gives the rest back, and leaves the cluster. */
    public void drain() {
        draining.countDown();
        membership.door().tell(new NodeDoor.Drain());
    }

    private boolean drains() {
        return draining.getCount() == 0;
    }

    /** What pools that are hosted here run elsewhere has a while in any case, within what a service manager waits for a node. */
    private void onDrained(Duration left) {
        drained = true;
        Duration rest = left.compareTo(HANDOVER) < 0 ? HANDOVER : left;
        Hosts.of(membership.system())
                .retire(rest)
                .whenComplete((all, error) -> membership.system().terminate());
    }

    /** Whether it is a member that takes workers: it does not while it joins again, and not when it drains. */
    public boolean isReady() {
        return !drains() && !isOver() && !membership.ended().isDone();
    }

    /** Whether it has ended as it was told to. */
    public boolean hasDrained() {
        return drained;
    }

    /** Ends when it has drained or was closed, and has left the cluster. */
    public CompletionStage<Void> whenEnded() {
        return ended;
    }

    /** Leaves at once; what its workers run is lost, and runs again elsewhere. */
    @Override
    public void close() {
        closed = true;
        ClusterSystem.end(membership.system());
        keeper.interrupt();
    }
}
