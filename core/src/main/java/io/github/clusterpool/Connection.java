package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.wire.WireRules;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.jspecify.annotations.Nullable;

/** A client's side of a pool on another member of the cluster: what it gives is encoded on its own thread. */
final class Connection implements ClientLine.Client {
    private static final AtomicInteger CONNECTIONS = new AtomicInteger();
    private static final int SESSION_BYTES = 18;

    private final MessageFormat format;
    private final PoolClient client;
    private final ActorRef<ClientLine.Command> line;
    private final @Nullable ActorRef<CodeServer.Command> code;

    private Connection(
            ActorSystem<?> system,
            PoolConfig config,
            String settings,
            ClassOrigins origins,
            CompletableFuture<ClientLine.Attached> first) {
        String session = newSession();
        String name = "clusterpool-" + config.name() + "-line-" + CONNECTIONS.incrementAndGet();
        this.format = new MessageFormat(new PekkoRefs(system), WireRules.MOST_BYTES);
        this.client = PoolClient.elsewhere(system, PoolStatus.none(config.name()), this::send, origins, session);
        this.code = config.shipsCode(system)
                ? system.systemActorOf(CodeServer.create(origins), name + "-code", CodeServer.props())
                : null;
        this.line = system.systemActorOf(
                ClientLine.create(config, settings, session, code, this, first),
                name,
                DispatcherSelector.fromConfig(Pools.DISPATCHER));
    }

    /**
     * With {@code onClose} to be done when the pool is not needed any more.
     *
     * @param settings that the pool must have, as {@link WorkerSetup#text} writes them; empty: any
     */
    static CompletionStage<Pool> open(
            ActorSystem<?> system, PoolConfig config, String settings, ClassOrigins origins, Runnable onClose) {
        CompletableFuture<ClientLine.Attached> first = new CompletableFuture<>();
        Connection connection = new Connection(system, config, settings, origins, first);
        return first.thenApply(attached -> {
            try {
                return connection.pool(system, attached, origins, onClose);
            } catch (RuntimeException e) {
                connection.line.tell(new ClientLine.Close());
                throw e;
            }
        });
    }

    /** What the pool sends must fit into this system's frames. */
    private Pool pool(ActorSystem<?> system, ClientLine.Attached attached, ClassOrigins origins, Runnable onClose) {
        PoolConfig theirs = WorkerSetup.config(attached.config());
        ClusterSystem.checked(system, theirs);
        client.learn(attached.status());
        return new Pool(system, client, new Codec(theirs, origins), () -> {
            line.tell(new ClientLine.Close());
            onClose.run();
        });
    }

    private static String newSession() {
        byte[] bytes = new byte[SESSION_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What cannot be encoded is the caller's to hear of. */
    private void send(PoolSupervisor.Command command) {
        line.tell(new ClientLine.Send(command, format.encode(new Desk.Do(command, new long[0]))));
    }

    @Override
    public void onEvent(JobEvent event) {
        client.onEvent(event);
    }

    @Override
    public void onLost(String reason) {
        client.onLost(reason);
        if (code != null) {
            code.tell(new CodeServer.Stop());
        }
    }
}
