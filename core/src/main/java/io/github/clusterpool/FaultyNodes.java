package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The nodes of a {@link FaultyPool}, by the worker that lives there now. */
final class FaultyNodes implements WorkerJvms {
    private final PoolConfig config;
    private final ClassOrigins classes = new ClassOrigins(Pools.loader(), List.of());
    private final Map<Integer, ActorRef<Object>> nodes = new TreeMap<>();
    private Duration delay = Duration.ZERO;

    FaultyNodes(PoolConfig config) {
        this.config = config;
    }

    PoolConfig config() {
        return config;
    }

    /** Its nodes live in this JVM, and use the very classes that callers use. */
    ClassOrigins classes() {
        return classes;
    }

    @Override
    public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.<Object>setup(context -> {
                    synchronized (this) {
                        nodes.put(ref.worker(), context.getSelf());
                        return FaultyNode.create(config, classes::loader, ref, supervisor, delay);
                    }
                })
                .narrow();
    }

    synchronized void tell(int worker, Object fault) {
        ActorRef<Object> node = nodes.get(worker);
        if (node == null) {
            throw new IllegalArgumentException(Messages.notAWorker(worker, nodes.keySet()));
        }
        node.tell(fault);
    }

    synchronized void delay(Duration each) {
        delay = each;
        nodes.values().forEach(node -> node.tell(new FaultyNode.Delay(each)));
    }

    @Override
    public boolean isToken(WorkerRef ref, String token) {
        return true; // nobody else can reach this JVM's actors
    }
}
