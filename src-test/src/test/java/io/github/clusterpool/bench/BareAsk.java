package io.github.clusterpool.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What Pekko itself needs for a question to an actor in another JVM of this machine, over the same transport. */
final class BareAsk implements AutoCloseable {
    record Ping(ActorRef<Pong> replyTo) {}

    record Pong() {}

    private final ActorSystem<Void> system;
    private final Process process;
    private final ActorRef<Ping> echo;

    private BareAsk(ActorSystem<Void> system, Process process, ActorRef<Ping> echo) {
        this.system = system;
        this.process = process;
        this.echo = echo;
    }

    static BareAsk open() throws IOException {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "ask", config());
        Process process = BareJvm.java(
                        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), BareAsk.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.startsWith("pekko://")) {
            line = said.readLine();
        }
        return new BareAsk(system, process, ActorRefResolver.get(system).resolveActorRef(line));
    }

    Pong once() {
        return AskPattern.<Ping, Pong>ask(echo, Ping::new, Duration.ofSeconds(60), system.scheduler())
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() throws Exception {
        process.getOutputStream().close();
        process.waitFor();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get();
    }

    /** The other JVM: prints where its actor is, and ends when its input does. */
    public static void main(String[] args) throws IOException {
        ActorSystem<Ping> system = ActorSystem.create(
                Behaviors.receiveMessage(ping -> {
                    ping.replyTo().tell(new Pong());
                    return Behaviors.same();
                }),
                "echo",
                config());
        System.out.println(ActorRefResolver.get(system).toSerializationFormat(system));
        if (System.in.read() < 0) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static Config config() {
        return ConfigFactory.parseString("""
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery {
                  transport = tcp
                  canonical { hostname = "127.0.0.1", port = 0 }
                }
                pekko.actor {
                  serializers.bench = "io.github.clusterpool.bench.AskSerializer"
                  serialization-bindings {
                    "io.github.clusterpool.bench.BareAsk$Ping" = bench
                    "io.github.clusterpool.bench.BareAsk$Pong" = bench
                  }
                }
                """).withFallback(ConfigFactory.load());
    }
}
