package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Owns one worker JVM from its start to its end, and tells the supervisor of that end, whatever it was. */
final class WorkerJvm extends AbstractBehavior<WorkerJvm.Command> {
    private static final int LAST_LINES = 20;
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    sealed interface Command {}

    /** It has reported to the supervisor. */
    record Joined() implements Command {}

    record Stop(boolean force) implements Command {}

    private record Started(Process process) implements Command {}

    private record NotStarted(String reason) implements Command {}

    private record Exited(int code) implements Command {}

    private record Line(String text) implements Command {}

    private record StartTimeout() implements Command {}

    private record Kill() implements Command {}

    private final JvmLauncher launcher;
    private final WorkerRef ref;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final TimerScheduler<Command> timers;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private @Nullable Process process;
    private boolean joined;
    private boolean stopping;
    private @Nullable String killedBecause;

    static Behavior<Command> create(JvmLauncher launcher, WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new WorkerJvm(context, timers, launcher, ref, supervisor)));
    }

    private WorkerJvm(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            JvmLauncher launcher,
            WorkerRef ref,
            ActorRef<PoolSupervisor.Command> supervisor) {
        super(context);
        this.launcher = launcher;
        this.ref = ref;
        this.supervisor = supervisor;
        this.timers = timers;
        timers.startSingleTimer("start", new StartTimeout(), launcher.startTimeout());
        context.pipeToSelf(
                launcher.launch(ref, supervisor),
                (started, error) ->
                        error == null ? new Started(started) : new NotStarted(String.valueOf(error.getMessage())));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Started.class, this::onStarted)
                .onMessage(NotStarted.class, this::onNotStarted)
                .onMessage(Joined.class, this::onJoined)
                .onMessage(Line.class, this::onLine)
                .onMessage(Stop.class, this::onStop)
                .onMessage(StartTimeout.class, this::onStartTimeout)
                .onMessage(Kill.class, this::onKill)
                .onMessage(Exited.class, this::onExited)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onStarted(Started started) {
        process = started.process();
        ActorRef<Command> self = getContext().getSelf();
        Process watched = started.process();
        CompletableFuture<Void> lastWords = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(watched, lastWords, self), "clusterpool-output-" + watched.pid());
        reader.setDaemon(true);
        reader.start();
        watched.onExit().thenAccept(ended -> tellEnd(ended, lastWords, self));
        return stopping ? onStop(new Stop(false)) : this;
    }

    /** Hands on what the JVM prints. */
    private static void read(Process process, CompletableFuture<Void> lastWords, ActorRef<Command> self) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), java.nio.charset.Charset.defaultCharset()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                self.tell(new Line(line));
            }
        } catch (IOException e) {
            self.tell(new Line("(its output could not be read any more: " + e.getMessage() + ")"));
        } finally {
            lastWords.complete(null);
        }
    }

    /** After its last words, but no later than soon: programs that it started may hold its output open for ever. */
    private static void tellEnd(Process ended, CompletableFuture<Void> lastWords, ActorRef<Command> self) {
        lastWords
                .completeOnTimeout(null, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> self.tell(new Exited(ended.exitValue())));
    }

    private Behavior<Command> onNotStarted(NotStarted failed) {
        return end("could not be started: " + failed.reason());
    }

    private Behavior<Command> onJoined(Joined message) {
        joined = true;
        timers.cancel("start");
        return this;
    }

    private Behavior<Command> onLine(Line line) {
        lastLines.add(line.text());
        if (lastLines.size() > LAST_LINES) {
            lastLines.remove();
        }
        if (joined) {
            launcher.print(ref, line.text());
        }
        return this;
    }

    /** Ends as the JVM sees its input end; kills it if it does not. */
    private Behavior<Command> onStop(Stop stop) {
        stopping = true;
        if (process == null) {
            return this;
        }
        if (stop.force()) {
            process.destroyForcibly();
        } else {
            closeInput(process);
            timers.startSingleTimer("kill", new Kill(), launcher.stopGrace());
        }
        return this;
    }

    private static void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy(); // the pipe is broken: it is on its way out, or past hearing
        }
    }

    private Behavior<Command> onStartTimeout(StartTimeout timeout) {
        killedBecause = "did not report within clusterpool.processes.start-timeout (" + launcher.startTimeout() + ")";
        return onKill(new Kill());
    }

    private Behavior<Command> onKill(Kill kill) {
        if (process != null) {
            process.destroyForcibly();
        }
        return this;
    }

    private Behavior<Command> onExited(Exited exited) {
        return end(killedBecause != null ? killedBecause : describe(exited.code()));
    }

    private String describe(int code) {
        String how = "(pid " + (process == null ? 0 : process.pid()) + ") " + cause(code);
        return joined || lastLines.isEmpty()
                ? how
                : how + " before it was ready; it said: " + String.join(" | ", lastLines);
    }

    private String cause(int code) {
        if (code == 3 && lastLines.stream().anyMatch(line -> line.contains("OutOfMemoryError"))) {
            return "ran out of memory (exit 3); give it more with clusterpool.processes.jvm-options";
        }
        if (code > 128 && code <= 128 + 64) {
            String hint = code == 128 + 9 ? ", perhaps out of memory" : "";
            return "was killed by signal " + (code - 128) + " (exit " + code + ")" + hint;
        }
        return "ended by itself (exit " + code + ")";
    }

    private Behavior<Command> end(String reason) {
        supervisor.tell(new PoolSupervisor.WorkerGone(ref, reason));
        return Behaviors.stopped();
    }

    /** With the supervisor gone there is nobody left to wait for. */
    private Behavior<Command> onPostStop() {
        if (process != null && process.isAlive()) {
            closeInput(process);
            Process left = process;
            left.onExit()
                    .completeOnTimeout(left, Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)
                    .thenAccept(Process::destroyForcibly);
        }
        return this;
    }
}
