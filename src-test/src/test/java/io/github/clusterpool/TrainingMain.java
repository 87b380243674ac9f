package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Stands in for the worker's main: two systems that talk over Artery TCP ({@code --train}), the same and exit ({@code --once}), or one of them. */
public final class TrainingMain {
    private static final String CONFIG = """
            pekko.actor.provider = remote
            pekko.actor.allow-java-serialization = off
            pekko.loggers = []
            pekko.loglevel = OFF
            pekko.stdout-loglevel = OFF
            pekko.remote.artery.transport = tcp
            pekko.remote.artery.canonical.hostname = "127.0.0.1"
            pekko.remote.artery.canonical.port = 0
            """;

    private TrainingMain() {}

    /** {@code --train}: talks to itself and exits; {@code --serve}: prints its address; {@code --connect ADDRESS}. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "--train" -> connect(serve());
            case "--once" -> {
                connect(serve());
                System.exit(0);
            }
            case "--serve" -> {
                System.out.println(serve());
                untilStdinEnds();
            }
            case "--connect" -> {
                connect(args[1]);
                System.out.println(costSoFar());
                untilStdinEnds();
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static String serve() {
        var server = ActorSystem.create(
                echo(), "server", ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load()));
        return ActorRefResolver.get(server).toSerializationFormat(server);
    }

    private static Behavior<String> echo() {
        return Behaviors.receive((context, replyTo) -> {
            ActorRef<String> caller = ActorRefResolver.get(context.getSystem()).resolveActorRef(replyTo);
            caller.tell("hello");
            return Behaviors.same();
        });
    }

    private static void connect(String address) throws InterruptedException {
        var answered = new CountDownLatch(1);
        Behavior<String> asking = Behaviors.setup(context -> {
            var names = ActorRefResolver.get(context.getSystem());
            names.<String>resolveActorRef(address).tell(names.toSerializationFormat(context.getSelf()));
            return Behaviors.receiveMessage(hello -> {
                answered.countDown();
                return Behaviors.same();
            });
        });
        ActorSystem.create(asking, "client", ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load()));
        answered.await();
    }

    private static String costSoFar() {
        var wall = System.currentTimeMillis()
                - ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        return "cpu " + cpuMillis() + " wall " + wall;
    }

    private static long cpuMillis() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    }

    private static void untilStdinEnds() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }
}
