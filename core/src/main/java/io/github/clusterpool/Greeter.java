package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The node's end of a way to a pool: hosts the pool's workers here, reports each to the pool's supervisor until it is welcomed,
 * and gives one sign of life for all of them. Whether there are workers or none, the way is over when the pool says so.
 */
final class Greeter extends AbstractBehavior<Greeter.Command> {
    private static final Duration AGAIN = Duration.ofMillis(300);
    private static final String REPORT = "report";

    sealed interface Command extends PoolMessage {}

    /** The pool has heard of that worker; {@code blobs} is its end of their way. */
    record Welcome(WorkerRef ref, ActorRef<BlobPort.Command> blobs) implements Command {}

    /** That worker has no place here any more: it ends. */
    record Release(WorkerRef ref) implements Command {}

    /** The pool has given up the way, and so all that is here: everything ends. */
    record Over() implements Command {}

    /** A worker is to live here. */
    record Take(WorkerRef ref, String token) implements Command {}

    private record Report() implements Command {}

    private record HostEnded() implements Command {}

    /**
     * As what its JVM reports.
     *
     * @param way its number
     * @param first the worker that it begins with
     * @param node what that JVM is called
     */
    record Self(PoolConfig config, long way, Take first, String node) {}

    private final Self self;
    private final ActorRef<PoolSupervisor.Command> supervisor;
    private final TimerScheduler<Command> timers;
    private final ActorRef<BlobPort.Command> blobs;
    private final ActorRef<NodeHost.Command> host;
    private final Heartbeat heartbeat;

    /** Workers of which the pool may not have heard, and what each proves to be the right one with. */
    private final Map<WorkerRef, String> unheard = new LinkedHashMap<>();

    /** With {@code files} that the driver can read; null if it is not on this machine. */
    static Behavior<Command> create(
            Self self,
            ActorRef<PoolSupervisor.Command> supervisor,
            Supplier<ClassLoader> loaders,
            Machine machine,
            @Nullable BlobFiles files) {
        return create(self, supervisor, loaders, machine, files, ref -> {});
    }

    /** The same; {@code onEnded} is told, on any thread, of each worker that is not here any more. */
    static Behavior<Command> create(
            Self self,
            ActorRef<PoolSupervisor.Command> supervisor,
            Supplier<ClassLoader> loaders,
            Machine machine,
            @Nullable BlobFiles files,
            Consumer<WorkerRef> onEnded) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Greeter(context, timers, self, supervisor, loaders, machine, files, onEnded)));
    }

    private Greeter(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Self self,
            ActorRef<PoolSupervisor.Command> supervisor,
            Supplier<ClassLoader> loaders,
            Machine machine,
            @Nullable BlobFiles files,
            Consumer<WorkerRef> onEnded) {
        super(context);
        this.self = self;
        this.supervisor = supervisor;
        this.timers = timers;
        PoolConfig config = self.config();
        this.blobs = context.spawn(BlobPort.create(config.threshold(), files), BlobPort.NAME, BlobPort.props());
        BlobLink blobLink = new BlobLink(blobs, config.threshold());
        NodeLink link = NodeLink.remote(self.way(), supervisor, blobLink, files != null, config, machine.nanos());
        this.host = context.spawn(NodeHost.create(config, self.node(), loaders, machine, link, onEnded), "node");
        context.watchWith(host, new HostEnded());
        this.heartbeat = new Heartbeat(
                self.way(), supervisor, context.getSelf(), link, config.lease().heartbeat(), machine);
        context.getSelf().tell(self.first());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Take.class, this::onTake)
                .onMessage(Report.class, this::onReport)
                .onMessage(Welcome.class, this::onWelcome)
                .onMessage(Release.class, this::onRelease)
                .onMessage(Over.class, over -> Behaviors.stopped())
                .onMessage(HostEnded.class, ended -> Behaviors.stopped())
                .onSignal(PostStop.class, stopped -> onStopped())
                .build();
    }

    private Behavior<Command> onTake(Take take) {
        unheard.put(take.ref(), take.token());
        report(take.ref(), take.token());
        heartbeat.start();
        if (!timers.isTimerActive(REPORT)) {
            timers.startTimerWithFixedDelay(REPORT, new Report(), AGAIN);
        }
        return this;
    }

    private Behavior<Command> onReport(Report again) {
        unheard.forEach(this::report);
        return this;
    }

    private void report(WorkerRef ref, String token) {
        supervisor.tell(new PoolSupervisor.NodeUp(
                ref, token, self.way(), host, blobs, getContext().getSelf()));
    }

    private Behavior<Command> onWelcome(Welcome welcome) {
        blobs.tell(new BlobPort.Connect(welcome.blobs()));
        return heard(welcome.ref());
    }

    private Behavior<Command> onRelease(Release release) {
        host.tell(new NodeHost.StopWorker(self.config().name(), release.ref()));
        return heard(release.ref());
    }

    private Behavior<Command> heard(WorkerRef ref) {
        unheard.remove(ref);
        if (unheard.isEmpty()) {
            timers.cancel(REPORT);
        }
        return this;
    }

    private Behavior<Command> onStopped() {
        heartbeat.stop();
        return this;
    }
}
