package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.WorkerRef;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

class WorkerJvmTest {
    private static final PoolConfig CONFIG =
            LivePool.config("name = early, placement = processes, processes.archive = off");

    @Test
    void owner_endsWhileItsJvmStarts_takesItAlong() throws Exception {
        ActorSystem<WorkerJvm.Command> system =
                ActorSystem.create(endsOnceItOwnsOne(), "early", SystemConfig.driver(ConfigFactory.load()));

        system.getWhenTerminated().toCompletableFuture().get(Patience.much().toSeconds(), TimeUnit.SECONDS);

        Leftovers.expectNone("early");
    }

    private static Behavior<WorkerJvm.Command> endsOnceItOwnsOne() {
        return Behaviors.setup(context -> {
            JvmLauncher launcher =
                    new JvmLauncher(context.getSystem(), CONFIG, new ClassOrigins(Pools.loader(), List.of()));
            Behavior<WorkerJvm.Command> owner =
                    launcher.start(new WorkerRef(1, 65_536), context.getSystem().ignoreRef());
            ActorRef<WorkerJvm.Command> watched =
                    context.spawn(Behaviors.monitor(WorkerJvm.Command.class, context.getSelf(), owner), "owner");
            watched.tell(new WorkerJvm.Reported()); // comes back when the owner has begun
            return Behaviors.receiveMessage(reported -> Behaviors.stopped());
        });
    }
}
