package io.github.clusterpool;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** What a node has to host pools with. */
final class Hosts implements Extension {
    private static final Id ID = new Id();

    private final ActorSystem<?> system;
    private final ActorRef<Shelf.Command> shelf;
    private final Map<String, ActorRef<PoolSupervisor.Command>> pools = new ConcurrentHashMap<>();

    private static final class Id extends ExtensionId<Hosts> {
        @Override
        public Hosts createExtension(ActorSystem<?> system) {
            return new Hosts(system);
        }
    }

    private Hosts(ActorSystem<?> system) {
        this.system = system;
        PoolConfig config = PoolConfig.from(system.settings().config());
        DispatcherSelector threads = DispatcherSelector.fromConfig(Pools.DISPATCHER);
        this.shelf = system.systemActorOf(Shelf.create(config), Shelf.NAME, threads);
        system.receptionist().tell(Receptionist.register(Shelf.KEY, shelf));
    }

    static Hosts of(ActorSystem<?> system) {
        return system.registerExtension(ID);
    }

    ActorRef<Shelf.Command> shelf() {
        return shelf;
    }

    /** That pool is here. */
    void hosts(String name, ActorRef<PoolSupervisor.Command> pool) {
        pools.put(name, pool);
    }

    /** It is not, or not at the moment. */
    void hostsNoMore(String name) {
        pools.remove(name);
    }

    /** Ends when nothing of the pools that are here is under way, and other nodes have all that these know; or after the grace. */
    CompletionStage<Void> retire(Duration grace) {
        return CompletableFuture.allOf(pools.values().stream()
                .map(pool -> AskPattern.<PoolSupervisor.Command, HostedPool.Retired>ask(
                                pool,
                                replyTo -> new HostedPool.Retire(grace, replyTo),
                                grace.plusSeconds(1),
                                system.scheduler())
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
