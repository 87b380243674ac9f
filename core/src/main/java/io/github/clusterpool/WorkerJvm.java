package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
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
    private static final Duration LAST_WORDS = Duration.ofMillis(150);

    sealed interface Command {}

    /** It is there and will have a worker: from now on it is user code that prints. */
    record Reported() implements Command {}

    /** Its worker has come up. */
    record Joined() implements Command {}

    record Stop(boolean force) implements Command {}

    private record Started(Process process) implements Command {}

    private record NotStarted(String reason) implements Command {}

    private record Exited(int code) implements Command {}

    private record StartTimeout() implements Command {}

    private record Kill() implements Command {}

    private final JvmLauncher launcher;
    private final WorkerRef ref;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final TimerScheduler<Command> timers;
    private final CompletionStage<Process> launched;
    private @Nullable Process process;
    private @Nullable WorkerOutput output;
    private long startedAt;
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
        this.launched = launcher.launch(ref, supervisor);
        context.pipeToSelf(
                launched,
                (started, error) ->
                        error == null ? new Started(started) : new NotStarted(String.valueOf(error.getMessage())));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Started.class, this::onStarted)
                .onMessage(NotStarted.class, this::onNotStarted)
                .onMessage(Reported.class, this::onReported)
                .onMessage(Joined.class, this::onJoined)
                .onMessage(Stop.class, this::onStop)
                .onMessage(StartTimeout.class, this::onStartTimeout)
                .onMessage(Kill.class, this::onKill)
                .onMessage(Exited.class, this::onExited)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> onStarted(Started started) {
        Process watched = started.process();
        process = watched;
        startedAt = System.nanoTime();
        WorkerOutput printed =
                new WorkerOutput(ref.worker(), watched.getInputStream(), line -> launcher.print(ref, line));
        output = printed;
        Thread reader = new Thread(printed, "clusterpool-output-" + watched.pid());
        reader.setDaemon(true);
        reader.start();
        ActorRef<Command> self = getContext().getSelf();
        watched.onExit().thenAccept(ended -> tellEnd(ended, printed, self));
        if (killedBecause != null) {
            return onKill(new Kill());
        }
        return stopping ? onStop(new Stop(false)) : this;
    }

    /** After its last words, but no later than soon: programs that it started may hold its output open for ever. */
    private static void tellEnd(Process ended, WorkerOutput printed, ActorRef<Command> self) {
        printed.end()
                .completeOnTimeout(null, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> self.tell(new Exited(ended.exitValue())));
    }

    private Behavior<Command> onNotStarted(NotStarted failed) {
        return end(new Death("could not be started: " + failed.reason()));
    }

    private Behavior<Command> onReported(Reported message) {
        if (output != null) {
            output.show();
        }
        return this;
    }

    private Behavior<Command> onJoined(Joined message) {
        joined = true;
        timers.cancel("start");
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
        List<String> lines = output == null ? List.of() : output.lastLines();
        JvmEnd end = new JvmEnd(exited.code(), joined, stopping, lines);
        long pid = process == null ? 0 : process.pid();
        return end(new Death(
                ref.worker(),
                "(pid " + pid + ") " + (killedBecause == null ? end.inWords() : killedBecause),
                pid,
                OptionalInt.of(exited.code()),
                Duration.ofNanos(System.nanoTime() - startedAt),
                end.lastWords()));
    }

    private Behavior<Command> end(Death death) {
        supervisor.tell(new PoolSupervisor.WorkerGone(ref, death));
        return Behaviors.stopped();
    }

    /** With the supervisor gone there is nobody left to wait for; the JVM may only just be starting. */
    private Behavior<Command> onPostStop() {
        launched.thenAccept(WorkerJvm::leave);
        return this;
    }

    private static void leave(Process process) {
        if (process.isAlive()) {
            closeInput(process);
            process.onExit()
                    .completeOnTimeout(process, Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)
                    .thenAccept(Process::destroyForcibly);
        }
    }
}
