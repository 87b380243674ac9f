package io.github.clusterpool;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Authority;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.TicketOffice;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** A member of a cluster for as long as it takes to look at it: what an operator's commands are made of. */
public final class ClusterAdmin implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ActorSystem<Void> system;
    private final ActorRef<JoinedNodes.Command> nodes;

    private ClusterAdmin(ActorSystem<Void> system) {
        this.system = system;
        this.nodes = system.systemActorOf(JoinedNodes.create(), "clusterpool-admin-nodes", Props.empty());
    }

    /**
     * Joins the cluster, without slots.
     *
     * @throws PoolStartException if it cannot
     */
    public static ClusterAdmin connect(PoolConfig config) {
        return new ClusterAdmin(ClusterSystem.join(config, Role.ADMIN));
    }

    /**
     * A ticket with which one member can join, once; on the machine and as the user of the cluster's first node.
     *
     * @param name the member's; empty: the next that is free
     * @param asNode whether it may host workers, or only give jobs
     * @throws PoolStartException if the folder {@code clusterpool.cluster.home} has no authority
     */
    public static String ticket(PoolConfig config, String name, boolean asNode, Duration lifetime) {
        ClusterHome home = new ClusterHome(config.cluster());
        try {
            ClusterHome.Addresses addresses = home.addresses();
            if (!home.hasAuthority()
                    || addresses == null
                    || addresses.enrolment().equals("-")) {
                throw new PoolStartException(
                        Messages.noAuthority(config.cluster().home()));
            }
            Authority authority = home.authority();
            int colon = addresses.enrolment().lastIndexOf(':');
            try (AuditLog audit = home.audit();
                    TicketOffice office = home.tickets(authority, audit)) {
                return office.issue(
                                addresses.enrolment().substring(0, colon),
                                Integer.parseInt(addresses.enrolment().substring(colon + 1)),
                                asNode ? Role.NODE : Role.CLIENT,
                                name,
                                lifetime)
                        .text();
            }
        } catch (IOException e) {
            throw new PoolStartException(String.valueOf(e.getMessage()));
        }
    }

    /** All nodes that offer slots. */
    public List<NodeStatus> nodes() {
        return ask(JoinedNodes.ListNodes::new);
    }

    /** All pools that members of the cluster have, or that its nodes host, by name. */
    public List<PoolAddress> pools() {
        List<NodeStatus> nodes = nodes();
        Receptionist.Listing listing = ask(
                system.receptionist(), replyTo -> Receptionist.find(PoolSupervisor.ALL, replyTo), "the Receptionist");
        return Ages.there(system, listing.getServiceInstances(PoolSupervisor.ALL)).stream()
                .map(pool -> status(pool, host(pool, nodes)))
                .sorted(Comparator.comparing(each -> each.status().name()))
                .toList();
    }

    private PoolAddress status(ActorRef<PoolSupervisor.Command> pool, String host) {
        return new PoolAddress(host, ask(pool, PoolSupervisor.GetStatus::new, "a pool on " + host));
    }

    private static String host(ActorRef<?> pool, List<NodeStatus> nodes) {
        String hostPort = pool.path().address().hostPort();
        String address = hostPort.substring(hostPort.indexOf('@') + 1);
        return nodes.stream()
                .map(NodeStatus::name)
                .filter(name -> name.endsWith("@" + address))
                .findFirst()
                .orElse(address);
    }

    /**
     * Tells a node to drain; see {@link ClusterNode#drain}.
     *
     * @param node its name, its address or both, as {@link NodeStatus#name} has it
     * @return whom that was; empty if no node is called so
     */
    public List<NodeStatus> drain(String node) {
        return ask(replyTo -> new JoinedNodes.DrainNode(node, replyTo));
    }

    private List<NodeStatus> ask(Function<ActorRef<List<NodeStatus>>, JoinedNodes.Command> question) {
        return ask(nodes, question, "the cluster's nodes");
    }

    private <Q, A> A ask(ActorRef<Q> whom, Function<ActorRef<A>, Q> question, String who) {
        CompletionStage<A> answer = AskPattern.ask(whom, question::apply, PATIENCE, system.scheduler());
        try {
            return answer.toCompletableFuture().get(PATIENCE.toSeconds() + 1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new PoolStartException(who + " did not answer within " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PoolStartException("interrupted while asking " + who);
        }
    }

    @Override
    public void close() {
        ClusterSystem.end(system);
    }
}
