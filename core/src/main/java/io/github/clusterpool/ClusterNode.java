package io.github.clusterpool;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Authority;
import io.github.clusterpool.trust.Door;
import io.github.clusterpool.trust.Enrolment;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.Ticket;
import io.github.clusterpool.trust.TicketOffice;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This JVM as a node of a cluster: offers slots, in which pools of other members have their workers. */
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

    private final String name;
    private final ActorSystem<Void> system;
    private final ActorRef<NodeDoor.Command> door;
    private final List<Closeable> beside = new ArrayList<>();
    private final CompletionStage<Void> ended;
    private volatile boolean drained;

    private ClusterNode(PoolConfig config, ActorSystem<Void> system) {
        ClusterConfig cluster = config.cluster();
        this.name = ClusterHome.ownName(cluster);
        this.system = system;
        this.door = system.systemActorOf(
                NodeDoor.create(
                        new NodeDoor.Self(name, cluster.slots(), cluster.tags()),
                        cluster.drainGrace(),
                        this::onDrained),
                NodeDoor.NAME,
                DispatcherSelector.fromConfig(Pools.DISPATCHER));
        system.receptionist().tell(Receptionist.register(NodeDoor.KEY, door));
        this.ended = ClusterSystem.whenEnded(system);
        ended.thenRun(this::closeBeside);
    }

    /**
     * Starts a node, the first of a new cluster if {@code clusterpool.cluster.join} is empty; the first makes the cluster's
     * authority, unless its folder has one, and lets others join by ticket.
     *
     * @throws PoolStartException if it cannot listen, or cannot join
     */
    public static ClusterNode start(PoolConfig config) {
        ActorSystem<Void> system = ClusterSystem.join(config, Role.NODE);
        ClusterNode node = new ClusterNode(config, system);
        try {
            if (config.cluster().join().isEmpty()) {
                node.beFirst(config);
            }
            return node;
        } catch (IOException e) {
            ClusterSystem.end(system);
            throw new PoolStartException("the cluster's first node could not let others join: " + e.getMessage());
        }
    }

    private void beFirst(PoolConfig config) throws IOException {
        ClusterHome home = new ClusterHome(config.cluster());
        String enrolment = "";
        if (config.security() == Security.TLS) {
            Enrolment opened = enrolment(config, home);
            enrolment = config.cluster().host() + ":" + opened.port();
        }
        home.write(new ClusterHome.Addresses(address(), enrolment.isEmpty() ? "-" : enrolment));
    }

    private Enrolment enrolment(PoolConfig config, ClusterHome home) throws IOException {
        ClusterConfig cluster = config.cluster();
        Authority authority = home.authority();
        AuditLog audit = home.audit();
        beside.add(audit);
        TicketOffice office = home.tickets(authority, audit);
        beside.add(office);
        Enrolment opened = Enrolment.open(
                new InetSocketAddress(cluster.host(), cluster.enrolmentPort()),
                authority,
                authority.issue(Role.NODE, name, ClusterHome.VALIDITY),
                office,
                audit,
                ClusterHome.VALIDITY,
                Door.Limits.DEFAULT,
                Clock.systemUTC());
        beside.add(0, opened::close);
        return opened;
    }

    private void closeBeside() {
        for (Closeable each : beside) {
            try {
                each.close();
            } catch (IOException e) {
                LOG.warn("node '{}' did not close all that it had: {}", name, e.toString());
            }
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
        return ClusterSystem.address(system);
    }

    /** Takes no more workers, lets those that are here finish what they run, gives the rest back, and leaves the cluster. */
    public void drain() {
        door.tell(new NodeDoor.Drain());
    }

    private void onDrained() {
        drained = true;
        system.terminate();
    }

    /** Whether it has ended as it was told to, and was not cut off. */
    public boolean hasDrained() {
        return drained;
    }

    /** Ends when it has left the cluster, for whatever reason. */
    public CompletionStage<Void> whenEnded() {
        return ended;
    }

    /** Leaves at once; what its workers run is lost, and runs again elsewhere. */
    @Override
    public void close() {
        ClusterSystem.end(system);
    }
}
