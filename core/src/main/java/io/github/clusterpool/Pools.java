package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/** The pools of one ActorSystem, and the host of the workers that live in this JVM. */
final class Pools implements Extension {
    static final String DISPATCHER = "clusterpool.dispatcher";

    private static final Id ID = new Id();

    private static final AtomicInteger REGISTRIES = new AtomicInteger();

    private final ActorSystem<?> system;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();

    private static final class Id extends ExtensionId<Pools> {
        @Override
        public Pools createExtension(ActorSystem<?> system) {
            return new Pools(system);
        }
    }

    private Pools(ActorSystem<?> system) {
        this.system = system;
        if (system.settings().config().getBoolean("pekko.actor.allow-java-serialization")) {
            throw new PoolStartException(Messages.javaSerialization());
        }
    }

    static Pools of(ActorSystem<?> system) {
        return system.registerExtension(ID);
    }

    Pool pool(PoolConfig config, boolean ownsSystem) {
        if (config.placement() == Placement.CLUSTER && config.cluster().hosted()) {
            throw new PoolStartException(ClientMessages.hosted(config.name()));
        }
        try {
            return pools.computeIfAbsent(config.name(), name -> {
                ClassOrigins origins =
                        new ClassOrigins(loader(config), config.code().jars());
                return open(config, jvms(config, origins), origins, ownsSystem);
            });
        } catch (IllegalStateException e) { // what Pekko says where it takes no more actors
            system.log().debug("pool '{}' was not made", config.name(), e);
            throw new PoolClosedException(Messages.systemEnds(system.name()));
        }
    }

    private @Nullable WorkerJvms jvms(PoolConfig config, ClassOrigins origins) {
        return switch (config.placement()) {
            case IN_PROCESS -> null;
            case PROCESSES -> new JvmLauncher(system, config, origins);
            case CLUSTER -> new ClusterNodes(ClusterSystem.checked(system, config), config, origins);
        };
    }

    /** A pool with worker JVMs of another kind, which ends the system when it is closed. */
    Pool pool(PoolConfig config, WorkerJvms jvms, ClassOrigins origins) {
        return pools.computeIfAbsent(config.name(), name -> open(config, jvms, origins, true));
    }

    private Pool open(PoolConfig config, @Nullable WorkerJvms jvms, ClassOrigins origins, boolean ownsSystem) {
        Props props = DispatcherSelector.fromConfig(DISPATCHER);
        ActorRef<NodeHost.Command> host = system.systemActorOf(
                NodeHost.create(config, origins::loader, Machine.real()),
                "clusterpool-" + config.name() + "-node",
                props);
        ActorRef<PoolSupervisor.Command> supervisor = system.systemActorOf(
                PoolSupervisor.create(config, host, jvms, Machine.real()), "clusterpool-" + config.name(), props);
        system.receptionist().tell(Receptionist.register(PoolSupervisor.key(config.name()), supervisor));
        system.receptionist().tell(Receptionist.register(PoolSupervisor.ALL, supervisor));
        PoolClient client = new PoolClient(system, config.name(), supervisor, origins);
        AtomicReference<Pool> self = new AtomicReference<>();
        Codec codec = new Codec(config, origins, jvms == null ? null : jvms.files());
        Pool pool = new Pool(system, client, codec, () -> close(self.get(), jvms, ownsSystem));
        self.set(pool);
        return pool;
    }

    private void close(@Nullable Pool pool, @Nullable WorkerJvms jvms, boolean ownsSystem) {
        try {
            if (pool != null) {
                pool.deleteAtTheEnd();
            }
        } finally {
            if (jvms != null) {
                jvms.close();
            }
            if (ownsSystem) {
                Pool.end(system);
            }
        }
    }

    // ---- pools of other members

    /** Has the nodes host a pool, unless they do, and connects to it. */
    CompletionStage<Pool> host(PoolConfig config, Runnable onClose) {
        ClusterSystem.checked(system, config);
        ActorRef<HostedPools.Command> registry = system.systemActorOf(
                HostedPools.create(),
                "clusterpool-" + config.name() + "-registry-" + REGISTRIES.incrementAndGet(),
                DispatcherSelector.fromConfig(DISPATCHER));
        return AskPattern.<HostedPools.Command, String>ask(
                        registry,
                        replyTo -> new HostedPools.Add(config, false, replyTo),
                        config.cluster().startTimeout().multipliedBy(2),
                        system.scheduler())
                .thenCompose(name -> connect(config, WorkerSetup.text(config), onClose));
    }

    /** With {@code onClose} to be done when the pool is not needed any more. */
    CompletionStage<Pool> connect(PoolConfig config, Runnable onClose) {
        return connect(config, "", onClose);
    }

    private CompletionStage<Pool> connect(PoolConfig config, String settings, Runnable onClose) {
        ClusterSystem.requireMember(system);
        return Connection.open(
                system,
                config,
                settings,
                new ClassOrigins(loader(), config.code().jars()),
                onClose);
    }

    /** What a node that joined has of its own. */
    static ClassLoader nodeLoader() {
        return ClassLoader.getSystemClassLoader();
    }

    /** With the pool's jars, where nobody sends them: workers in this JVM find them as worker JVMs would. */
    private static ClassLoader loader(PoolConfig config) {
        List<Path> jars = config.code().jars();
        if (config.placement() != Placement.IN_PROCESS || jars.isEmpty()) {
            return loader();
        }
        URL[] urls = new URL[jars.size()];
        try {
            for (int i = 0; i < urls.length; i++) {
                urls[i] = jars.get(i).toUri().toURL();
            }
        } catch (MalformedURLException e) {
            throw new AssertionError("a file has a URL", e);
        }
        return new URLClassLoader("clusterpool-jars", urls, loader());
    }

    /** Where the application's classes are, as seen from whoever asks for the pool first. */
    static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? Pools.class.getClassLoader() : context;
    }
}
