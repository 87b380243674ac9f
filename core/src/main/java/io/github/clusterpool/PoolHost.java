package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** A pool on the node that hosts it: begins with the copy that is on this node, if there is one, and then is the pool. */
final class PoolHost {
    private PoolHost() {}

    static Behavior<PoolSupervisor.Command> create(PoolConfig config) {
        return Behaviors.setup(context -> {
            ActorRef<Shelf.Taken> taken = context.messageAdapter(
                    Shelf.Taken.class, copy -> new HostedPool.CopyTaken(copy.term(), copy.clean(), copy.items()));
            Hosts.of(context.getSystem()).shelf().tell(new Shelf.Take(config.name(), taken));
            return Behaviors.receive(PoolSupervisor.Command.class)
                    .onMessage(HostedPool.CopyTaken.class, copy -> begin(context, config, copy))
                    .onMessage(PoolSupervisor.HandOver.class, over -> Behaviors.stopped())
                    .build();
        });
    }

    private static Behavior<PoolSupervisor.Command> begin(
            ActorContext<PoolSupervisor.Command> context, PoolConfig config, HostedPool.CopyTaken copy) {
        boolean isNew = copy.term() == 0;
        context.getLog()
                .info(
                        "pool '{}' is hosted here{}",
                        config.name(),
                        isNew ? ", as a new one" : " now, with what its last host has left");
        List<Booked> items = isNew
                ? List.of(new Booked(
                        "",
                        new PoolSupervisor.Init(
                                0, config.workers(), false, context.getSystem().ignoreRef())))
                : copy.items();
        ClusterNodes nodes = new ClusterNodes(
                context.getSystem(),
                config,
                new ClassOrigins(Pools.nodeLoader(), config.code().jars()));
        context.getSystem()
                .receptionist()
                .tell(Receptionist.register(PoolSupervisor.key(config.name()), context.getSelf()));
        context.getSystem().receptionist().tell(Receptionist.register(PoolSupervisor.ALL, context.getSelf()));
        Hosts.of(context.getSystem()).hosts(context.getSelf());
        Hosts.of(context.getSystem()).shelf().tell(new Shelf.Forget(config.name(), copy.term() + 1)); // it is here now
        return PoolSupervisor.createHosted(
                config, nodes, Machine.real(), new HostedPool.CopyTaken(copy.term(), copy.clean(), items));
    }
}
