package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Loss;
import io.github.clusterpool.state.PoolState;
import io.github.clusterpool.state.Snapshot;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Deals chunks to the pool's workers in turn and owns everything in flight.
 *
 * <p>Whatever {@link Pool} can do, an actor can do by messages to this one: find it with {@link #key} at the
 * Receptionist, make the contents of its messages with {@link Codec}, and collect the answers with {@link Results}. A
 * client numbers its jobs itself; the answers carry that number.
 */
public final class PoolSupervisor extends AbstractBehavior<PoolSupervisor.Command> {
    /** What a pool can be told. */
    public sealed interface Command extends PoolMessage
            permits JobCommand,
                    Cancel,
                    GetStatus,
                    Resume,
                    ClientGone,
                    ClientFull,
                    Desks.Message,
                    HostedPool.Message,
                    NodeUp,
                    NodeBeat,
                    WayAsked,
                    FromNode,
                    FromWorker,
                    WorkerLeaves,
                    NoSlot,
                    SlotsFree,
                    BlobCame,
                    Tick {}

    /** A command that is a job: {@code replyTo} hears how it goes and, in any case, how it ends. */
    public sealed interface JobCommand extends Command {
        /** The caller's number for this job. */
        long job();

        /** Whom to tell. */
        ActorRef<JobEvent> replyTo();

        /** The same from somebody else. */
        JobCommand to(ActorRef<JobEvent> other);
    }

    /**
     * Makes the pool, or makes it clean again; see {@link Pool#init(int, boolean)}.
     *
     * @param size at least 1
     */
    public record Init(long job, int size, boolean restart, ActorRef<JobEvent> replyTo) implements JobCommand {
        /** Checks the size. */
        public Init {
            Check.atLeast(1, size, "size");
        }

        @Override
        public Init to(ActorRef<JobEvent> other) {
            return new Init(job, size, restart, other);
        }
    }

    /** Changes the number of workers; see {@link Pool#resize}. */
    public record Resize(long job, int size, ActorRef<JobEvent> replyTo) implements JobCommand {
        /** Checks the size. */
        public Resize {
            Check.atLeast(1, size, "size");
        }

        @Override
        public Resize to(ActorRef<JobEvent> other) {
            return new Resize(job, size, other);
        }
    }

    /** Ends the pool's workers; see {@link Pool#delete}. */
    public record Delete(long job, ActorRef<JobEvent> replyTo) implements JobCommand {
        @Override
        public Delete to(ActorRef<JobEvent> other) {
            return new Delete(job, other);
        }
    }

    /** Runs tasks: what {@code lapply}, {@code map} and {@code call} are made of. */
    public record Submit(long job, Work work, ActorRef<JobEvent> replyTo) implements JobCommand {
        @Override
        public Submit to(ActorRef<JobEvent> other) {
            return new Submit(job, work, other);
        }
    }

    /**
     * Sets variables on every worker, all at once.
     *
     * @param values by name, as {@link Codec#value} encodes them
     * @param timeoutNanos 0 for none
     */
    public record Export(long job, Map<String, byte[]> values, long timeoutNanos, ActorRef<JobEvent> replyTo)
            implements JobCommand {
        /** Checks the names. */
        public Export {
            Check.identifiers(values);
        }

        @Override
        public Export to(ActorRef<JobEvent> other) {
            return new Export(job, values, timeoutNanos, other);
        }
    }

    /**
     * Evaluates code in every worker's environment.
     *
     * @param code as {@link Codec#evalq} encodes it
     * @param timeoutNanos 0 for none
     */
    public record Evalq(long job, byte[] code, long timeoutNanos, ActorRef<JobEvent> replyTo) implements JobCommand {
        @Override
        public Evalq to(ActorRef<JobEvent> other) {
            return new Evalq(job, code, timeoutNanos, other);
        }
    }

    /**
     * Asks for a job that another client gave, to outlive it; {@code replyTo} hears all of it from its beginning on.
     *
     * @param id as {@link Job#id} gives it
     */
    public record FindJob(long job, String id, ActorRef<JobEvent> replyTo) implements JobCommand {
        /** Checks the id. */
        public FindJob {
            JobId.parse(id);
        }

        @Override
        public FindJob to(ActorRef<JobEvent> other) {
            return new FindJob(job, id, other);
        }
    }

    /** Ends a job of the same {@code replyTo}; nothing happens if it has ended. */
    public record Cancel(long job, ActorRef<JobEvent> replyTo) implements Command {}

    /** Asks how things stand. */
    public record GetStatus(ActorRef<PoolStatus> replyTo) implements Command {}

    /** A job that an earlier host had; {@code done} has the outcomes that its client knows already, as of a BitSet. */
    record Resume(JobCommand command, long[] done) implements Command {}

    /** A client elsewhere has enough results to take now, or no longer. */
    record ClientFull(ActorRef<JobEvent> replies) implements Command {}

    /** An actor elsewhere that had jobs here. */
    private record ClientGone(ActorRef<JobEvent> replyTo) implements Command {}

    /**
     * A worker has a place behind that door: asks by which way it is to come.
     *
     * @param unanswered nobody knows whether the worker is where it was to come before
     */
    record WayAsked(
            WorkerRef ref, ActorRef<NodeDoor.Command> door, boolean unanswered, ActorRef<JoinedWorker.Command> replyTo)
            implements Command {}

    /**
     * There is a place for a worker: what its start was told, where its host is, and its end of the way that blobs take.
     *
     * @param way its number
     */
    record NodeUp(
            WorkerRef ref,
            String token,
            long way,
            ActorRef<NodeHost.Command> host,
            ActorRef<BlobPort.Command> blobs,
            ActorRef<Greeter.Command> replyTo)
            implements Command {}

    /**
     * A node's sign of life, for all workers that have that way.
     *
     * @param sentNanos by the node's own clock
     * @param received how many of the pool's messages have come, without a gap
     * @param sent how many the node has sent
     */
    record NodeBeat(long way, long sentNanos, long received, long sent, ActorRef<Greeter.Command> greeter)
            implements Command {}

    /** What workers have to say. */
    sealed interface FromWorker extends Command {
        WorkerRef ref();
    }

    /** From a worker in another JVM: the {@code number}-th message by that way. */
    record FromNode(long way, long number, FromWorker message) implements Command {}

    record WorkerUp(WorkerRef ref, String node, long pid) implements FromWorker {}

    record WorkerApplied(WorkerRef ref, long epoch, boolean failed, String reason, byte[] outcome)
            implements FromWorker {}

    record WorkerAnswered(Event.Answered answer) implements FromWorker {
        @Override
        public WorkerRef ref() {
            return answer.ref();
        }
    }

    record WorkerStuck(WorkerRef ref, long run, int index, String reason) implements FromWorker {}

    /** A task gives its own pool a job, as {@link MessageFormat#work} encodes it, and a number in its worker's life. */
    record TaskAsked(WorkerRef ref, long run, long job, byte[] work) implements FromWorker {}

    /** It wants that job no more. */
    record TaskCancelled(WorkerRef ref, long job) implements FromWorker {}

    /** A thread was left to itself with user code that does not end, or has ended at last. */
    record WorkerThreadLeft(WorkerRef ref, boolean ended) implements FromWorker {}

    record WorkerGone(WorkerRef ref, Death death) implements FromWorker {}

    /** The node has that blob, and needs it no more from here. */
    record BlobTaken(WorkerRef ref, BlobRef blob) implements FromWorker {}

    /** That worker is to leave its node, for another one if {@code elsewhere}. */
    record WorkerLeaves(WorkerRef ref, Death why, boolean elsewhere) implements Command {}

    /** No node has a slot for that worker. */
    record NoSlot(WorkerRef ref, Death why) implements Command {}

    /** Nodes have slots for so many of the workers that had none. */
    record SlotsFree(int slots) implements Command {}

    /** A blob has come from the node of that worker. */
    private record BlobCame(WorkerRef ref) implements Command {}

    private record Tick() implements Command {}

    private final PoolConfig config;
    private final WorkerHosts hosts;
    private final TimerScheduler<Command> timers;
    private final Machine machine;
    private final PoolState state;
    private final Clients clients;
    private final String keyPrefix;
    private final Desks desks;
    private final WorkerStatuses workers = new WorkerStatuses();
    private final Set<ActorRef<JobEvent>> watched = new HashSet<>(); // elsewhere
    private @Nullable HostedPool hosted;
    private long repeated;

    /** Where the supervisors of all pools are registered with the Receptionist. */
    static final ServiceKey<Command> ALL = ServiceKey.create(Command.class, "clusterpool-pools");

    /** Where the supervisor of that pool is registered with the Receptionist. */
    public static ServiceKey<Command> key(String name) {
        return ServiceKey.create(Command.class, "clusterpool-" + name);
    }

    /** With {@code jvms}, workers get JVMs of their own; without, they live with {@code ownHost} in this one. */
    static Behavior<Command> create(
            PoolConfig config, ActorRef<NodeHost.Command> ownHost, @Nullable WorkerJvms jvms, Machine machine) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new PoolSupervisor(context, timers, config, ownHost, jvms, machine)));
    }

    /**
     * Of a pool that the nodes host.
     *
     * @param kept with what the last supervisor has left
     */
    static Behavior<Command> createHosted(
            PoolConfig config, WorkerJvms jvms, Machine machine, Kept kept, ActorRef<PoolHost.Command> host) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            PoolSupervisor pool = new PoolSupervisor(
                    context, timers, config, context.getSystem().ignoreRef(), jvms, machine);
            pool.host(kept, host);
            return pool;
        }));
    }

    private void host(Kept kept, ActorRef<PoolHost.Command> host) {
        hosted = new HostedPool(getContext(), timers, config, machine, state, clients, desks, new Itself(), kept, host);
    }

    private PoolSupervisor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            PoolConfig config,
            ActorRef<NodeHost.Command> ownHost,
            @Nullable WorkerJvms jvms,
            Machine machine) {
        super(context);
        context.setLoggerName(PoolSupervisor.class); // Pekko's guess depends on who logs first
        this.config = config;
        this.timers = timers;
        this.machine = machine;
        this.state = new PoolState(config.settings());
        ActorRef<Command> self = context.getSelf();
        this.hosts = new WorkerHosts(context, config, ownHost, jvms, ref -> self.tell(new BlobCame(ref)));
        this.clients = new Clients();
        this.desks = new Desks(context, config, clients, this::status);
        String start = Long.toHexString(context.getSystem().hashCode() * 31L + machine.nanos());
        this.keyPrefix = config.name() + "-" + start + "-";
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromNode.class, this::onFromNode)
                .onMessage(WorkerAnswered.class, this::onWorkerAnswered)
                .onMessage(Submit.class, this::onJob)
                .onMessage(WorkerApplied.class, this::onWorkerApplied)
                .onMessage(Export.class, this::onJob)
                .onMessage(Evalq.class, this::onJob)
                .onMessage(Init.class, this::onJob)
                .onMessage(Resize.class, this::onJob)
                .onMessage(Delete.class, this::onJob)
                .onMessage(Cancel.class, this::onCancel)
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(FindJob.class, this::onFindJob)
                .onMessage(Desks.Message.class, this::onDesks)
                .onMessage(HostedPool.Message.class, this::onHosted)
                .onMessage(Resume.class, this::onResume)
                .onMessage(ClientGone.class, this::onClientGone)
                .onMessage(ClientFull.class, this::onClientFull)
                .onMessage(WayAsked.class, this::onWayAsked)
                .onMessage(NodeUp.class, this::onNodeUp)
                .onMessage(NodeBeat.class, this::onNodeBeat)
                .onMessage(WorkerUp.class, this::onWorkerUp)
                .onMessage(WorkerStuck.class, this::onWorkerStuck)
                .onMessage(TaskAsked.class, this::onTaskAsked)
                .onMessage(TaskCancelled.class, this::onTaskCancelled)
                .onMessage(WorkerThreadLeft.class, this::onWorkerThreadLeft)
                .onMessage(WorkerGone.class, this::onWorkerGone)
                .onMessage(WorkerLeaves.class, this::onWorkerLeaves)
                .onMessage(NoSlot.class, this::onNoSlot)
                .onMessage(SlotsFree.class, free -> decide(new Event.Room(free.slots())))
                .onMessage(BlobTaken.class, taken -> this) // by a way that is over: it was kept for that alone
                .onMessage(BlobCame.class, this::onBlobCame)
                .onMessage(Tick.class, tick -> decide(new Event.Tick()))
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    // ---- clients

    private Behavior<Command> onJob(JobCommand command) {
        if (hosted == null) {
            return apply(command);
        }
        hosted.command(command);
        return this;
    }

    private Behavior<Command> apply(JobCommand command) {
        if (command instanceof Submit submit) {
            return onSubmit(submit);
        } else if (command instanceof Export export) {
            return onExport(export);
        } else if (command instanceof Evalq evalq) {
            return onEvalq(evalq);
        } else if (command instanceof Init init) {
            return onInit(init);
        } else if (command instanceof Resize resize) {
            return onResize(resize);
        }
        return onDelete((Delete) command);
    }

    private Behavior<Command> onInit(Init init) {
        Snapshot before = state.snapshot();
        hosts.begin(before.generation() + 1, before.epoch() + (before.exists() ? 1 : 0));
        return decide(new Event.Init(register(init, null), init.size(), init.restart()));
    }

    private Behavior<Command> onResize(Resize resize) {
        return decide(new Event.Resize(register(resize, null), resize.size()));
    }

    private Behavior<Command> onDelete(Delete delete) {
        return decide(new Event.Delete(register(delete, null)));
    }

    private Behavior<Command> onSubmit(Submit submit) {
        Work work = submit.work();
        boolean held = clients.isFull(submit.replyTo());
        return decide(new Event.Submit(register(submit, work), work.extent(config.threshold()), work.rules(), held));
    }

    private Behavior<Command> onExport(Export export) {
        long epoch = state.epoch() + 1;
        hosts.usesClassesOf(epoch, clients.codeOf(export.replyTo()));
        hosts.exports().note(epoch, export.values());
        long bytes = export.values().values().stream().mapToLong(BlobRef::bytes).sum();
        decide(new Event.Export(register(export, null), export.values(), bytes, export.timeoutNanos()));
        if (state.epoch() < epoch) {
            hosts.exports().drop(epoch); // it was refused
        }
        return this;
    }

    private Behavior<Command> onEvalq(Evalq evalq) {
        hosts.usesClassesOf(state.epoch() + 1, clients.codeOf(evalq.replyTo()));
        return decide(new Event.Evalq(register(evalq, null), evalq.code(), evalq.timeoutNanos()));
    }

    private Behavior<Command> onCancel(Cancel cancel) {
        if (hosted != null && hosted.defers(cancel)) {
            return this;
        }
        return cancel(new Clients.Outside(cancel.replyTo(), cancel.job()));
    }

    private Behavior<Command> cancel(Clients.Client client) {
        Long job = clients.job(client);
        return job == null ? this : decide(new Event.Cancel(job));
    }

    private Behavior<Command> onGetStatus(GetStatus ask) {
        ask.replyTo().tell(status());
        return this;
    }

    /** An actor elsewhere that asks by itself is watched, for its jobs are nobody's when it is gone. */
    private long register(JobCommand command, @Nullable Work work) {
        ActorRef<JobEvent> replyTo = command.replyTo();
        if (isElsewhere(replyTo) && !clients.isDesk(replyTo) && watched.add(replyTo)) {
            getContext().watchWith(getContext().spawnAnonymous(Vigil.over(replyTo)), new ClientGone(replyTo));
        }
        return clients.register(command, work);
    }

    private static boolean isElsewhere(ActorRef<?> ref) {
        return ref.path().address().hasGlobalScope();
    }

    private Behavior<Command> onClientGone(ClientGone gone) {
        watched.remove(gone.replyTo());
        clients.jobsOf(gone.replyTo()).forEach(job -> decide(new Event.Cancel(job)));
        return this;
    }

    private Behavior<Command> onClientFull(ClientFull client) {
        boolean full = clients.isFull(client.replies());
        clients.jobsOf(client.replies()).forEach(job -> decide(new Event.Hold(job, full)));
        return this;
    }

    private Behavior<Command> onFindJob(FindJob find) {
        desks.find(find);
        return this;
    }

    private Behavior<Command> onDesks(Desks.Message message) {
        if (message instanceof Desks.Closed closed) { // where an error has ended it, nobody has cancelled them
            clients.jobsOf(closed.replies()).forEach(job -> decide(new Event.Cancel(job)));
        }
        if (hosted == null || !hosted.takes(message)) {
            desks.take(message);
        }
        return this;
    }

    private Behavior<Command> onHosted(HostedPool.Message message) {
        return hosted == null || hosted.take(message) ? this : Behaviors.stopped();
    }

    private Behavior<Command> onResume(Resume resume) {
        if (hosted == null) {
            return apply(resume.command());
        }
        hosted.resume(resume);
        return this;
    }

    /** This pool as its host has it. */
    private final class Itself implements HostedPool.Pool {
        @Override
        public void apply(JobCommand command) {
            PoolSupervisor.this.apply(command);
        }

        @Override
        public long register(Submit submit) {
            return PoolSupervisor.this.register(submit, submit.work());
        }

        @Override
        public void decide(Event event) {
            PoolSupervisor.this.decide(event);
        }
    }

    // ---- workers

    private Behavior<Command> onWayAsked(WayAsked asked) {
        hosts.lead(asked);
        return this;
    }

    private Behavior<Command> onNodeUp(NodeUp up) {
        hosts.joined(up);
        return this;
    }

    private Behavior<Command> onNodeBeat(NodeBeat beat) {
        boolean counts = hosts.counts(beat);
        for (WorkerRef ref : hosts.workers(beat)) {
            decide(new Event.Beat(ref, beat.sentNanos(), counts));
        }
        return this;
    }

    /** What comes by a way that is over has no order any more, and counts for nobody. */
    private Behavior<Command> onFromNode(FromNode numbered) throws Exception {
        Way way = hosts.way(numbered);
        if (way == null) {
            boolean counts = hosts.mayComeBy(null, numbered.message().ref());
            return counts ? receive(getContext(), numbered.message()) : this;
        }
        if (!way.put(numbered)) {
            repeated++;
        }
        for (FromWorker next = way.poll(); next != null; next = way.poll()) {
            if (hosts.mayComeBy(way, next.ref())) {
                receive(getContext(), next);
            }
        }
        return this;
    }

    private Behavior<Command> onBlobCame(BlobCame came) throws Exception {
        for (FromWorker next = hosts.poll(came.ref()); next != null; next = hosts.poll(came.ref())) {
            receive(getContext(), next);
        }
        return this;
    }

    private Behavior<Command> onWorkerUp(WorkerUp up) {
        hosts.up(up.ref());
        return decide(new Event.Up(up.ref(), up.node(), up.pid()));
    }

    private Behavior<Command> onWorkerApplied(WorkerApplied applied) {
        return decide(new Event.Applied(
                applied.ref(), applied.epoch(), applied.failed(), applied.reason(), applied.outcome()));
    }

    private Behavior<Command> onWorkerAnswered(WorkerAnswered message) {
        return decide(message.answer());
    }

    private Behavior<Command> onWorkerStuck(WorkerStuck stuck) {
        return decide(new Event.Stuck(stuck.ref(), stuck.run(), stuck.index(), stuck.reason()));
    }

    /** Of a start that is over, a blob may not have come any more. */
    private Behavior<Command> onTaskAsked(TaskAsked asked) {
        if (BlobRef.isRef(asked.work())) {
            return this;
        }
        Work work = MessageFormat.work(asked.work());
        long job = clients.register(new Clients.Inside(asked.ref(), asked.job()), work);
        Event.Submit submit = new Event.Submit(job, work.extent(config.threshold()), work.rules());
        return decide(new Event.Nested(asked.ref(), asked.run(), submit));
    }

    private Behavior<Command> onTaskCancelled(TaskCancelled cancelled) {
        return cancel(new Clients.Inside(cancelled.ref(), cancelled.job()));
    }

    private Behavior<Command> onWorkerThreadLeft(WorkerThreadLeft left) {
        hosts.threadLeft(left.ref(), left.ended());
        return this;
    }

    private Behavior<Command> onWorkerGone(WorkerGone gone) {
        hosts.gone(gone.ref());
        return decide(new Event.Lost(gone.ref(), gone.death()));
    }

    private Behavior<Command> onWorkerLeaves(WorkerLeaves leaves) {
        return decide(new Event.Leave(leaves.ref(), leaves.why(), leaves.elsewhere()));
    }

    private Behavior<Command> onNoSlot(NoSlot noSlot) {
        hosts.gone(noSlot.ref());
        return decide(new Event.NoRoom(noSlot.ref(), noSlot.why()));
    }

    private Behavior<Command> onStopped() {
        hosts.stopAll();
        return this;
    }

    // ---- what was decided

    private Behavior<Command> decide(Event event) {
        List<Effect> effects = state.apply(event, machine.nanos());
        for (Effect effect : effects) {
            carryOut(effect);
        }
        hosts.sized(state.size());
        hosts.exports().dropAllBut(state::journal, state.journalRemovals());
        tellDealt(effects);
        return this;
    }

    /** Of each job once, if its chunks were dealt one after another, as they mostly are. */
    private void tellDealt(List<Effect> effects) {
        long told = 0;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Run run && run.job() != told) {
                told = run.job();
                tell(told, number -> new JobEvent.Dealt(number, state.dealt(run.job())));
            }
        }
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Run run) {
            send(run);
        } else if (effect instanceof Effect.Deliver deliver) {
            tell(
                    deliver.job(),
                    number -> new JobEvent.Outcomes(
                            number,
                            deliver.worker(),
                            deliver.first(),
                            deliver.count(),
                            deliver.failed(),
                            deliver.outcomes(),
                            deliver.nanos()));
        } else if (effect instanceof Effect.End end) {
            onEnd(end);
        } else if (effect instanceof Effect.Fail fail) {
            tell(fail.job(), number -> new JobEvent.Failed(number, fail.first(), fail.count(), fail.loss()));
        } else if (effect instanceof Effect.WakeAt wake) {
            onWakeAt(wake.nanos());
        } else if (effect instanceof Effect.Note note) {
            Level level = note.isWarning() ? Level.WARN : Level.INFO;
            getContext().getLog().atLevel(level).log("pool '{}': {}", config.name(), note.text());
        } else {
            hosts.carryOut(effect);
        }
    }

    private void send(Effect.Run run) {
        Clients.Pending job = clients.pending(run.job());
        Work work = job == null ? null : job.work();
        if (job != null && work != null) {
            hosts.run(run, work, job.code(), clients.key(run.job(), job.client(), keyPrefix), state.size());
        }
    }

    private void onEnd(Effect.End end) {
        tell(end.job(), number -> new JobEvent.Ended(number, end.size(), end.ending(), status()));
        if (clients.end(end.job()) != null) {
            hosts.forget(end.job());
        }
        if (hosted != null) {
            hosted.ended(end.job());
        }
    }

    private void tell(long job, LongFunction<JobEvent> event) {
        Clients.Pending known = clients.pending(job);
        if (known != null && known.client() instanceof Clients.Inside task) {
            hosts.tellTask(task.ref(), event.apply(task.job()));
        } else if (known != null && known.client() instanceof Clients.Outside client) {
            JobEvent fits = fitting(event.apply(client.job()), client.replyTo());
            if (clients.told(client.replyTo(), fits)) {
                getContext().getSelf().tell(new ClientFull(client.replyTo()));
            }
            client.replyTo().tell(fits);
        }
    }

    /** What does not fit into a message would be lost without a word. */
    private JobEvent fitting(JobEvent event, ActorRef<JobEvent> replyTo) {
        boolean fits = !(event instanceof JobEvent.Outcomes some)
                || some.bytes().length <= config.maxMessageSize()
                || !isElsewhere(replyTo);
        if (fits || !(event instanceof JobEvent.Outcomes large)) {
            return event;
        }
        String reason = ClientMessages.tooLargeForMessage(large.bytes().length, config.maxMessageSize());
        Loss loss = new Loss(Loss.Kind.TOO_LARGE, large.worker(), 1, reason, List.of());
        return new JobEvent.Failed(large.job(), large.first(), large.count(), loss);
    }

    private void onWakeAt(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            timers.cancel("tick");
        } else {
            long delay = Math.max(1_000_000, nanos - machine.nanos());
            timers.startSingleTimer("tick", new Tick(), Duration.ofNanos(delay));
        }
    }

    private PoolStatus status() {
        Snapshot now = state.snapshot();
        return PoolStatus.of(config, now, workers.of(now.workers()), repeated, hosts.abandonedThreads());
    }
}
