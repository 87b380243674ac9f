package io.github.clusterpool;

import io.github.clusterpool.trust.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/** A cluster whose members are all in this JVM, without TLS: quick to make, and to end in an orderly way. */
final class NodesHere implements AutoCloseable {
    private final Path home;
    private final List<ClusterNode> nodes = new ArrayList<>();
    private final List<ActorSystem<?>> members = new ArrayList<>();

    NodesHere(Path home) {
        this.home = home;
    }

    PoolConfig config(String name) {
        return config(name, Patience.much());
    }

    PoolConfig config(String name, Duration startTimeout) {
        return LivePool.config("""
                name = %s, cancel-grace = 5s, security = none, placement = cluster, code-shipping = on
                lease { heartbeat = 200ms, suspect = 1s, lost = 4s }, restart { min-backoff = 20ms }
                cluster { home = "%s", %s slots = 2, node-name = "node-%d", start-timeout = %ds, drain-grace = 20s
                          hold-copy-bytes = 100KiB }
                """.formatted(
                name,
                home,
                nodes.isEmpty() ? "" : "join = \"" + nodes.get(nodes.size() - 1).address() + "\",",
                nodes.size() + 1,
                startTimeout.toSeconds()));
    }

    /** The first begins the cluster. */
    ClusterNode node() {
        ClusterNode node = ClusterNode.start(config("default"));
        nodes.add(node);
        return node;
    }

    /** A member that gives jobs. */
    ActorSystem<?> client() {
        ActorSystem<?> member = ClusterSystem.join(config("default"), Role.CLIENT);
        members.add(member);
        return member;
    }

    Pool hosted(String name, int workers) {
        return Pool.open(config(name).workers(workers).onCluster());
    }

    /** Who is registered under that key, as that member sees it. */
    static <T> ActorRef<T> find(ActorSystem<?> system, ServiceKey<T> key) {
        TestProbe<Receptionist.Listing> asker = TestProbe.create(Receptionist.Listing.class, system);
        List<ActorRef<T>> found = new ArrayList<>();
        Patience.await().until(() -> {
            system.receptionist().tell(Receptionist.find(key, asker.ref()));
            found.addAll(asker.receiveMessage(Patience.some()).getServiceInstances(key));
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** All at the same time, as each waits for others for a while. */
    @Override
    public void close() throws InterruptedException {
        List<Thread> ends = new ArrayList<>();
        members.forEach(member -> ends.add(new Thread(() -> ClusterSystem.end(member))));
        nodes.forEach(node -> ends.add(new Thread(node::close)));
        ends.forEach(Thread::start);
        for (Thread end : ends) {
            end.join();
        }
    }
}
