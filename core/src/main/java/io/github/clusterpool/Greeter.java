package io.github.clusterpool;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Hosts the worker of a worker JVM and reports to the pool's supervisor until it is welcomed. */
final class Greeter {
    private static final Duration AGAIN = Duration.ofMillis(300);

    private Greeter() {}

    sealed interface Command extends PoolMessage {}

    record Welcome() implements Command {}

    private record Report() implements Command {}

    static Behavior<Command> create(WorkerSetup setup, ClassLoader loader, Machine machine) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ActorRef<NodeHost.Command> host = context.spawn(NodeHost.create(setup.config(), loader, machine), "node");
            ActorRef<PoolSupervisor.Command> supervisor =
                    ActorRefResolver.get(context.getSystem()).resolveActorRef(setup.supervisor());
            Report report = new Report();
            context.getSelf().tell(report);
            timers.startTimerWithFixedDelay(report, report, AGAIN);
            return Behaviors.receive(Command.class)
                    .onMessage(Report.class, again -> {
                        supervisor.tell(new PoolSupervisor.NodeUp(setup.ref(), setup.token(), host, context.getSelf()));
                        return Behaviors.same();
                    })
                    .onMessage(Welcome.class, welcome -> {
                        timers.cancel(report);
                        return Behaviors.same();
                    })
                    .build();
        }));
    }
}
