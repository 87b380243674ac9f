package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Many simulated nodes in this JVM, which have a pool's workers in turn. */
final class ScaleNodes implements WorkerJvms {
    private static final long MOST_BYTES = 1_000_000;

    private final List<ActorRef<Object>> nodes = new ArrayList<>();
    private volatile Thread supervisorThread;

    ScaleNodes(ActorSystem<?> system, PoolConfig config, int count) {
        Codec codec = new Codec(config, ScaleNodes.class.getClassLoader());
        Map<Integer, byte[]> outcomes = new HashMap<>();
        outcomes.put(1, outcomes(codec, 1));
        for (int i = 0; i < count; i++) {
            Behavior<Object> node = ScaleNode.create(
                    "node-" + i,
                    config.lease().heartbeat(),
                    size -> size == 1 ? outcomes.get(1) : outcomes(codec, size));
            nodes.add(system.systemActorOf(node, "simulated-" + i, Props.empty()));
        }
    }

    private static byte[] outcomes(Codec codec, int count) {
        OutcomeWriter writer = new OutcomeWriter(codec, MOST_BYTES, Integer.MAX_VALUE);
        for (int i = 0; i < count; i++) {
            writer.add(i);
        }
        return writer.take();
    }

    /** Of the pool, once it has started a worker. */
    Thread supervisorThread() {
        return supervisorThread;
    }

    @Override
    public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        supervisorThread = Thread.currentThread();
        nodes.get((ref.worker() - 1) % nodes.size()).tell(new ScaleNode.Take(ref, supervisor));
        return Behaviors.receive(WorkerJvm.Command.class)
                .onMessage(WorkerJvm.Stop.class, stop -> {
                    supervisor.tell(new PoolSupervisor.WorkerGone(ref, new Death("(simulated) ended")));
                    return Behaviors.stopped();
                })
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }

    @Override
    public boolean isToken(WorkerRef ref, String token) {
        return true;
    }

    @Override
    public boolean areOwnJvms() {
        return false;
    }
}
