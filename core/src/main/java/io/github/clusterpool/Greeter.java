package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Hosts the worker of a worker JVM, or one of a joined node; reports to the pool's supervisor until it is welcomed, and
 * gives signs of life from then on. */
final class Greeter {
    private static final Duration AGAIN = Duration.ofMillis(300);

    private Greeter() {}

    sealed interface Command extends PoolMessage {}

    /** The pool has heard; {@code blobs} is its end of their way. */
    record Welcome(ActorRef<BlobPort.Command> blobs) implements Command {}

    private record Report() implements Command {}

    /**
     * As what its JVM reports.
     *
     * @param node what that JVM is called
     */
    record Self(PoolConfig config, WorkerRef ref, String token, String node) {}

    /** With {@code files} that the driver can read; null if it is not on this machine. */
    static Behavior<Command> create(
            Self self,
            ActorRef<PoolSupervisor.Command> supervisor,
            Supplier<ClassLoader> loaders,
            Machine machine,
            @Nullable BlobFiles files) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            PoolConfig config = self.config();
            ActorRef<BlobPort.Command> blobs =
                    context.spawn(BlobPort.create(config.threshold(), files), BlobPort.NAME, BlobPort.props());
            NodeLink link =
                    NodeLink.remote(supervisor, new BlobLink(blobs, config.threshold()), config, machine.nanos());
            ActorRef<NodeHost.Command> host =
                    context.spawn(NodeHost.create(config, self.node(), loaders, machine, link), "node");
            Heartbeat heartbeat = new Heartbeat(
                    self.ref(), supervisor, host, link, config.lease().heartbeat(), machine);
            Report report = new Report();
            context.getSelf().tell(report);
            timers.startTimerWithFixedDelay(report, report, AGAIN);
            return Behaviors.receive(Command.class)
                    .onMessage(Report.class, again -> {
                        supervisor.tell(
                                new PoolSupervisor.NodeUp(self.ref(), self.token(), host, blobs, context.getSelf()));
                        return Behaviors.same();
                    })
                    .onMessage(Welcome.class, welcome -> {
                        timers.cancel(report);
                        blobs.tell(new BlobPort.Connect(welcome.blobs()));
                        heartbeat.start();
                        return Behaviors.same();
                    })
                    .onSignal(PostStop.class, stopped -> {
                        heartbeat.stop();
                        return Behaviors.same();
                    })
                    .build();
        }));
    }
}
