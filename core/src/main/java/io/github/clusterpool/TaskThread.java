package io.github.clusterpool;

import io.github.clusterpool.state.Sequel;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The thread on which one life of a worker runs user code, in the order in which the pool sent it, and more threads for
 * what must not wait while a task there waits for a job that it has given to the pool: the chunks that its place is lent
 * to, and changes of state, which other workers' tasks may need here. What waits for a blob may be passed: a change of
 * state by chunks, which come only to a worker that has applied all that they need, and a chunk by changes of state,
 * which it does not see.
 */
final class TaskThread {
    /** Half of what the pool usually deals ahead, so that neither waits for the other. */
    private static final int MOST_HELD = 8;

    private final Worker.Identity identity;
    private final PoolConfig config;
    private final Environment environment = new Environment();
    private final LinkedBlockingQueue<Worker.Command> queue = new LinkedBlockingQueue<>();
    private final Changes changes;
    private final WaitingLine runs = new WaitingLine(queue::add); // guarded by this, as the other line
    private final Queue<Worker.Command> lent = new ArrayDeque<>(); // guarded by this: begins at once
    private final WaitingLine lentRuns = new WaitingLine(lent::add);
    private final AtomicInteger chunks = new AtomicInteger(); // that wait or run
    private final Machine machine;
    private final TaskLane lane;
    private final TaskLog log;
    private final TaskJobs jobs;
    private final Consumer<Throwable> onDeath;

    // guarded by this: what runs now, so that an interrupt meets that and nothing after it
    private final Set<ChunkRun> running = new LinkedHashSet<>();
    private final Set<Long> missed = new HashSet<>(); // cancels that met nothing, perhaps because it begins just now
    private int busy; // threads

    private int held; // last words in a row; used by the lane alone
    private boolean givenUp;
    private volatile boolean abandoned;

    TaskThread(Worker.Identity identity, PoolConfig config, Machine machine, Consumer<Throwable> onDeath) {
        this.identity = identity;
        this.config = config;
        String name = identity.pool() + "-worker-" + identity.ref().worker();
        this.machine = machine;
        ClassLoader ours = TaskThread.class.getClassLoader(); // user code gets its own before it runs
        this.onDeath = onDeath;
        this.lane = machine.lanes().lane(name, ours, this::work);
        this.log = new TaskLog(identity, machine);
        this.jobs = new TaskJobs(identity, config, machine, this::sendable, this::startBeside);
        this.changes = new Changes(identity, config, environment, log, machine, queue::add);
    }

    void start() {
        lane.start();
    }

    synchronized void run(Worker.Run run) {
        if (!givenUp) {
            chunks.incrementAndGet();
            (run.chunk().lent() ? lentRuns : runs).add(run);
            startBeside();
        }
    }

    /** How jobs go that tasks here have given to the pool. */
    void hear(Worker.Hear hear) {
        jobs.hear(hear);
    }

    synchronized void apply(Worker.Apply apply) {
        if (!givenUp) {
            changes.add(apply);
            startBeside();
        }
    }

    /** A blob has come, perhaps one that is waited for. */
    void admit() {
        jobs.admit();
        synchronized (this) {
            changes.admit();
            runs.admit();
            lentRuns.admit();
            startBeside();
        }
    }

    /**
     * Drops what waits of that job and tells what runs of it to stop; the pool hears how far it came.
     *
     * @return false if nothing of it runs
     */
    synchronized boolean cancel(long job) {
        giveBack(chunk -> chunk.job() == job);
        boolean met = false;
        for (ChunkRun each : running) {
            if (each.job() == job) {
                each.cancel();
                met = true;
            }
        }
        if (!met) {
            missed.add(job);
        }
        return met;
    }

    /** Does not begin those that have not begun, nor half of what is left of those that have. */
    synchronized void giveBack(long[] runs) {
        giveBack(chunk -> LongStream.of(runs).anyMatch(run -> run == chunk.run()));
        for (ChunkRun each : running) {
            if (LongStream.of(runs).anyMatch(run -> run == each.run())) {
                each.giveBackHalf();
            }
        }
    }

    private void giveBack(Predicate<NodeHost.RunChunk> which) {
        giveBack(which, queue);
        giveBack(which, runs.waiting());
        giveBack(which, lentRuns.waiting());
        runs.admit();
        lentRuns.admit();
        startBeside();
    }

    private void giveBack(Predicate<NodeHost.RunChunk> which, Queue<? extends Worker.Command> from) {
        for (Worker.Command waiting : List.copyOf(from)) {
            if (waiting instanceof Worker.Run run && which.test(run.chunk()) && from.remove(run)) {
                chunks.decrementAndGet();
                NodeHost.RunChunk chunk = run.chunk();
                identity.supervisor().tell(chunk.answer(chunk.first(), 0, 0, new byte[0], Sequel.DONE, 0));
            }
        }
    }

    /** Interrupts what runs of that job, if it still does. */
    synchronized void interrupt(long job) {
        running.stream().filter(each -> each.job() == job).forEach(ChunkRun::interrupt);
    }

    /** As {@link Changes#stop}. */
    boolean stopEvalq(long epoch) {
        return changes.stop(epoch);
    }

    /** As {@link Changes#interrupt}. */
    void interruptEvalq(long epoch) {
        changes.interrupt(epoch);
    }

    /** Leaves the thread to itself: it is told to end, and nothing it still says counts. */
    synchronized void abandon() {
        if (abandoned) {
            return;
        }
        abandoned = true;
        dropAll();
        if (busy > 0) {
            identity.supervisor().tell(new PoolSupervisor.WorkerThreadLeft(identity.ref(), false));
        }
        for (ChunkRun each : running) {
            each.cancel();
            each.interrupt();
        }
        changes.abandon();
        lane.interrupt();
    }

    /**
     * Interrupts a task that takes too long, and tells the supervisor if that does not help.
     *
     * @return false if nothing is under way that needs a look at the clock
     */
    synchronized boolean checkTaskTime() {
        for (ChunkRun each : running) {
            if (each.isStuck(config.cancelGrace())) {
                identity.supervisor()
                        .tell(new PoolSupervisor.WorkerStuck(
                                identity.ref(), each.run(), each.stuckTask(), each.stuckReason()));
                giveUp();
                break;
            }
        }
        return chunks.get() > 0;
    }

    /** The pool gives what waits here to others now: nothing of it may begin, should the stuck task end after all. */
    private void giveUp() {
        givenUp = true;
        dropAll();
        running.forEach(ChunkRun::cancel);
    }

    private void dropAll() {
        queue.clear();
        changes.clear();
        runs.waiting().clear();
        lentRuns.waiting().clear();
    }

    private void work() {
        CleanThread clean = CleanThread.ofCurrent();
        try {
            while (!abandoned) {
                next(clean);
            }
        } catch (Throwable e) {
            die(e);
        }
    }

    private void die(Throwable error) {
        if (!abandoned) {
            onDeath.accept(error);
        }
    }

    private void next(CleanThread clean) {
        Worker.Command command;
        try {
            command = lane.take(queue);
        } catch (InterruptedException e) {
            return; // a cancel that came too late, or the end: the loop decides
        }
        if (!begin()) {
            return;
        }
        if (command instanceof Worker.Run run) {
            runChunk(run, clean);
        } else {
            changes.applyNext(lane, clean);
        }
        end();
    }

    /** False if nobody is interested any more. */
    private synchronized boolean begin() {
        busy += abandoned ? 0 : 1;
        return !abandoned;
    }

    private synchronized void end() {
        busy--;
        if (abandoned && busy == 0) {
            identity.supervisor().tell(new PoolSupervisor.WorkerThreadLeft(identity.ref(), true));
        }
    }

    private void runChunk(Worker.Run run, CleanThread before) {
        ChunkRun chunk = chunk(run, lane);
        begin(chunk);
        runChunk(run, chunk, before);
    }

    private ChunkRun chunk(Worker.Run run, TaskLane on) {
        return new ChunkRun(identity, run, environment, log, config, this::sendable, on, jobs, machine);
    }

    private void runChunk(Worker.Run run, ChunkRun chunk, CleanThread before) {
        CleanThread clean = before.with(run.code().codec().loader());
        clean.restore();
        environment.forgetBelow(run.chunk().floor());
        try {
            chunk.runAll(clean);
        } finally {
            over(chunk);
            tidyUp(clean);
        }
        if (!abandoned) {
            chunk.answerRest(mayHold(run));
        }
        chunks.decrementAndGet();
    }

    /** Whether what a chunk says last may go out with what the next one says: a write takes longer than many a task. */
    private boolean mayHold(Worker.Run run) {
        if (run.chunk().lent()) {
            return false; // on a thread of its own, which has no next one
        }
        boolean may = held < MOST_HELD && queue.peek() instanceof Worker.Run;
        held = may ? held + 1 : 0;
        return may;
    }

    /** Starts what must not wait while something here waits for its own jobs, each on a thread of its own. */
    private synchronized void startBeside() {
        for (Worker.Command next = lent.poll(); next != null && !abandoned; next = lent.poll()) {
            new Lent((Worker.Run) next).start();
        }
        if (jobs.areOpen() && changes.mayBegin() && !abandoned) {
            busy++;
            new Changer().own.start();
        }
    }

    private TaskLane laneBeside(String what, Runnable work) {
        String name = identity.pool() + "-worker-" + identity.ref().worker() + "-" + what;
        return machine.lanes().lane(name, TaskThread.class.getClassLoader(), () -> {
            try {
                work.run();
            } catch (Throwable e) {
                die(e);
            } finally {
                end();
            }
        });
    }

    private final class Lent {
        private final Worker.Run run;
        private final TaskLane own = laneBeside("lent", this::work);
        private final ChunkRun chunk;

        Lent(Worker.Run run) {
            this.run = run;
            this.chunk = chunk(run, own);
        }

        void start() {
            running.add(chunk); // a cancel that comes now must meet it
            busy++;
            own.start();
        }

        private void work() {
            runChunk(run, chunk, CleanThread.ofCurrent());
        }
    }

    private final class Changer {
        private final TaskLane own = laneBeside("changes", this::work);

        private void work() {
            changes.applyAll(own, CleanThread.ofCurrent());
        }
    }

    /** The chunk left the queue a moment ago, and may have been meant by what was said since then. */
    private synchronized void begin(ChunkRun chunk) {
        running.add(chunk);
        if (abandoned || missed.contains(chunk.job())) {
            chunk.cancel();
        }
        missed.clear();
    }

    private synchronized void over(ChunkRun chunk) {
        running.remove(chunk);
    }

    /** User code may leave anything behind on its thread. */
    private void tidyUp(CleanThread clean) {
        log.tellHeldBack();
        TaskContext.enter(null);
        clean.restore();
    }

    /** What has got a reference must be told of, or it would be kept for ever. */
    private byte[] sendable(byte[] outcome, TaskLane on) {
        return identity.supervisor().content(outcome, on, () -> abandoned);
    }
}
