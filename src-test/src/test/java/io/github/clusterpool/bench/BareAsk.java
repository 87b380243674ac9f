package io.github.clusterpool.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What Pekko itself needs for a question to an actor in other JVMs of this machine, over the same transport. */
final class BareAsk implements AutoCloseable {
    record Ping(ActorRef<Pong> replyTo) {}

    record Pong() {}

    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "ask", config());
    private final List<Process> processes = new ArrayList<>();
    private final List<ActorRef<Ping>> echoes = new ArrayList<>();

    private BareAsk() {}

    static BareAsk open(int jvms) throws IOException {
        BareAsk ask = new BareAsk();
        for (int i = 0; i < jvms; i++) {
            ask.processes.add(BareJvm.java(
                            "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), BareAsk.class.getName())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        for (Process process : ask.processes) {
            ask.echoes.add(ActorRefResolver.get(ask.system).resolveActorRef(address(process)));
        }
        return ask;
    }

    private static String address(Process process) throws IOException {
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.startsWith("pekko://")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("a JVM that answers must tell where, and has ended");
        }
        return line;
    }

    List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    Pong once() {
        return ask(echoes.get(0)).join();
    }

    /** Returns when each has answered. */
    Object all() {
        List<CompletableFuture<Pong>> answers = echoes.stream().map(this::ask).toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<Pong> ask(ActorRef<Ping> echo) {
        return AskPattern.<Ping, Pong>ask(echo, Ping::new, Duration.ofSeconds(60), system.scheduler())
                .toCompletableFuture();
    }

    /** So many messages in turn to all, and as many answers, of which at most {@code window} are waited for at a time. */
    Object many(int count, int window) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        system.systemActorOf(
                Behaviors.<Pong>setup(context -> {
                    AtomicInteger sent = new AtomicInteger();
                    for (int i = 0; i < Math.min(window, count); i++) {
                        send(sent.getAndIncrement(), context.getSelf());
                    }
                    AtomicInteger left = new AtomicInteger(count);
                    return Behaviors.receiveMessage(pong -> {
                        if (sent.get() < count) {
                            send(sent.getAndIncrement(), context.getSelf());
                        }
                        if (left.decrementAndGet() > 0) {
                            return Behaviors.same();
                        }
                        done.complete(count);
                        return Behaviors.stopped();
                    });
                }),
                "answers-" + UUID.randomUUID(),
                Props.empty());
        return done.join();
    }

    private void send(int number, ActorRef<Pong> replyTo) {
        echoes.get(number % echoes.size()).tell(new Ping(replyTo));
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes) {
            process.getOutputStream().close();
        }
        for (Process process : processes) {
            process.waitFor();
        }
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
