package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pool's jobs made of tasks: every task has one outcome, whatever happens to the worker that has it. */
final class Tasks {
    /** How deep jobs may be nested: a function that calls itself without end must not take all memory. */
    private static final int MAX_DEPTH = 16;

    private static final Death LEFT = new Death("left the pool");

    private final PoolSettings settings;
    private final List<Effect> effects;
    private final Roster roster;
    private final Dealer dealer;
    private final Alarms alarms;
    private final BiConsumer<WorkerSlot, Death> endWorker;
    private final Map<Long, TaskJob> jobs = new LinkedHashMap<>();
    private final Set<TaskJob> halting = new LinkedHashSet<>();
    private long submittedTasks;
    private long queuedTasks;
    private long queuedBytes;
    private long nestedTasks; // of those
    private long nestedBytes;

    Tasks(
            PoolSettings settings,
            List<Effect> effects,
            Roster roster,
            Dealer dealer,
            Alarms alarms,
            BiConsumer<WorkerSlot, Death> endWorker) {
        this.settings = settings;
        this.effects = effects;
        this.roster = roster;
        this.dealer = dealer;
        this.alarms = alarms;
        this.endWorker = endWorker;
    }

    /** Tasks that wait or run. */
    long open() {
        return queuedTasks;
    }

    /** Tasks that have ended, with their job if not before. */
    long ended() {
        return submittedTasks - queuedTasks;
    }

    /** Tasks that further workers might take on now, and those that run. */
    long shareable() {
        long tasks = 0;
        for (TaskJob job : jobs.values()) {
            tasks += job.shareable();
        }
        return tasks;
    }

    /** Whether some task waits for a certain worker. */
    boolean isAnyPinned() {
        return jobs.values().stream().anyMatch(TaskJob::isPinned);
    }

    /** The epoch of the oldest job under way. */
    long oldestEpoch() {
        return jobs.isEmpty() ? Long.MAX_VALUE : jobs.values().iterator().next().epoch;
    }

    void submit(Event.Submit submit, long epoch) {
        submit(submit, epoch, null);
    }

    /** What has no outcome yet and may have run is tried again, if it may be. */
    void resume(Event.Resume resume, long epoch) {
        submit(resume.submit(), epoch);
        TaskJob job = jobs.get(resume.submit().job());
        if (job == null) {
            return;
        }
        List<Chunk> rest = job.resume(BitSet.valueOf(resume.done()), roster.size());
        count(job, -job.done, 0);
        if (!resume.mayHaveRun()) {
            rest.forEach(chunk -> job.again(chunk, job.worker(chunk)));
        } else if (job.rules.retries() == 0) {
            for (Chunk chunk : rest) {
                fail(job, chunk, new Loss(Loss.Kind.WORKER_LOST, 0, 1, resume.reason()));
            }
        } else {
            rest.forEach(chunk -> job.again(chunk.retry(chunk.first(), chunk.count(), 0), job.worker(chunk)));
        }
        dealer.offer(job);
        endIfDone(job);
    }

    void hold(Event.Hold hold) {
        TaskJob job = jobs.get(hold.job());
        if (job != null) {
            job.held = hold.on();
            dealer.offer(job);
        }
    }

    /** A task's own job sees what the task sees, for its worker may be late with later changes; it ends with the task. */
    void submit(Event.Nested nested) {
        WorkerSlot slot = roster.find(nested.ref());
        Flight parent = slot == null ? null : slot.flight(nested.run());
        if (slot == null || parent == null || parent.isCancelled() || !jobs.containsKey(parent.job.id)) {
            effects.add(new Effect.End(nested.submit().job(), 0, new Ending.Cancelled(Halt.NONE)));
        } else if (parent.job.depth == MAX_DEPTH) {
            effects.add(new Effect.End(nested.submit().job(), 0, new Ending.TooDeep(MAX_DEPTH)));
        } else {
            submit(nested.submit(), parent.job.epoch, parent);
        }
    }

    private void submit(Event.Submit submit, long epoch, @Nullable Flight parent) {
        Ending refusal = refusal(submit.extent(), parent != null);
        if (refusal != null) {
            effects.add(new Effect.End(submit.job(), 0, refusal));
            return;
        }
        List<WorkerSlot> places = submit.rules().dealing() == Dealing.ROUND_ROBIN ? List.of() : roster.inService();
        TaskJob job = new TaskJob(submit.job(), submit.extent(), submit.rules(), epoch, places, parent);
        job.held = submit.held();
        if (parent != null) {
            parent.adopt(job);
            dealer.lend(parent.slot);
        }
        jobs.put(job.id, job);
        submittedTasks += job.size;
        count(job, job.size, job.bytes());
        long timeout = submit.rules().timeoutNanos();
        if (timeout > 0) {
            alarms.after(timeout, () -> timeOut(submit.job(), timeout));
        }
        dealer.offer(job);
        endIfDone(job);
    }

    /** What is nested has a limit of its own: what waits for it must not keep it out. */
    private @Nullable Ending refusal(Extent extent, boolean nested) {
        long tasks = (nested ? nestedTasks : queuedTasks) + extent.size();
        if (tasks > settings.maxQueuedTasks()) {
            return new Ending.Overloaded("tasks", tasks, settings.maxQueuedTasks(), "clusterpool.queue.max-tasks");
        }
        long bytes = (nested ? nestedBytes : queuedBytes) + extent.bytes();
        if (bytes > settings.maxQueuedBytes()) {
            return new Ending.Overloaded("bytes", bytes, settings.maxQueuedBytes(), "clusterpool.queue.max-bytes");
        }
        return null;
    }

    private void count(TaskJob job, long tasks, long bytes) {
        queuedTasks += tasks;
        queuedBytes += bytes;
        nestedTasks += job.parent == null ? 0 : tasks;
        nestedBytes += job.parent == null ? 0 : bytes;
    }

    /** Tasks of a job that were given to workers, or have an outcome already; 0 if there is no such job. */
    int dealt(long id) {
        TaskJob job = jobs.get(id);
        return job == null ? 0 : job.size - job.undealt();
    }

    /**
     * Takes an answer in.
     *
     * @return false if it comes from an earlier attempt, life or job
     */
    boolean answered(Event.Answered answer) {
        WorkerSlot slot = roster.find(answer.ref());
        Flight flight = slot == null ? null : slot.flight(answer.run());
        if (slot == null || flight == null || !matches(flight, answer)) {
            return false;
        }
        if (answer.sequel() == Sequel.REST) {
            takeRest(flight, answer);
            return true;
        }
        if (!flight.isCancelled()) {
            take(flight, answer);
        }
        if (answer.sequel().isLast()) {
            land(slot, flight, answer.sequel());
        }
        return true;
    }

    private static boolean matches(Flight flight, Event.Answered answer) {
        return flight.job.id == answer.job()
                && flight.chunk.attempt() == answer.attempt()
                && (flight.isCancelled() || isOpen(flight, answer));
    }

    private static boolean isOpen(Flight flight, Event.Answered answer) {
        return answer.sequel() == Sequel.REST
                ? flight.next() <= answer.first() && answer.first() + answer.count() == flight.end()
                : flight.next() == answer.first() && answer.count() <= flight.open();
    }

    /** What its worker does not begin is for whoever is free. */
    private void takeRest(Flight flight, Event.Answered answer) {
        if (!flight.isCancelled() && answer.count() > 0) {
            flight.giveBack(answer.count());
            flight.recalled = false;
            again(flight.job, flight.chunk.part(answer.first(), answer.count()), flight.slot);
            dealer.offer(flight.job);
        }
    }

    private void take(Flight flight, Event.Answered answer) {
        TaskJob job = flight.job;
        flight.answer(answer.count());
        if (answer.sequel() == Sequel.AGAIN && flight.chunk.attempt() <= job.rules.retries()) {
            again(job, flight.chunk.retry(answer.first(), answer.count(), flight.slot.id), flight.slot);
            dealer.offer(job);
            return;
        }
        flight.slot.tasksDone += answer.count();
        job.done += answer.count();
        job.failed += answer.failed();
        count(job, -answer.count(), 0);
        if (answer.count() > 0) {
            flight.slot.failures = 0;
            if (job.timed(answer.count(), answer.nanos())) {
                dealer.stir();
            }
            effects.add(new Effect.Deliver(
                    job.id,
                    flight.slot.id,
                    answer.first(),
                    answer.count(),
                    answer.failed(),
                    answer.outcomes(),
                    answer.nanos()));
        }
        if (job.failed > 0 && job.rules.failFast()) {
            endJob(job, new Ending.Completed());
        }
        endIfDone(job);
    }

    private void land(WorkerSlot slot, Flight flight, Sequel sequel) {
        roster.remove(slot, flight);
        cancelChildren(flight);
        if (flight.isCancelled()) {
            halted(flight, flight.job.halt.plus(sequel));
        } else {
            dealer.learn(flight.job.expectedNanos(flight.count()), flight.job.expectedNanos(1));
            takeBack(flight);
        }
        dealer.offer(slot);
    }

    /**
     * Ends a task whose time is up, with its worker.
     *
     * @return false if that task has ended meanwhile
     */
    boolean stuck(Event.Stuck stuck) {
        WorkerSlot slot = roster.find(stuck.ref());
        Flight flight = slot == null ? null : slot.flight(stuck.run());
        if (slot == null || flight == null || (!flight.isCancelled() && flight.next() != stuck.index())) {
            return false;
        }
        if (flight.isCancelled()) {
            flight.job.halt = flight.job.halt.plusReplaced();
        } else {
            timeOutTask(flight, stuck.reason());
        }
        takeBackBehind(slot, flight);
        endWorker.accept(slot, new Death("was stuck in a task past its taskTimeout"));
        return true;
    }

    /** The worker says itself what it runs, so that nothing else can have begun, but for who waits and whom that lent to. */
    private void takeBackBehind(WorkerSlot slot, Flight running) {
        for (Flight flight : List.copyOf(slot.flights)) {
            if (flight != running && !flight.isCancelled() && !slot.hasBegun(flight)) {
                roster.remove(slot, flight);
                takeBack(flight);
            }
        }
    }

    /** Nobody is left who could use what these give. */
    private void cancelChildren(Flight flight) {
        if (!flight.children().isEmpty()) {
            List.copyOf(flight.children()).forEach(job -> stop(job, Ending.Cancelled::new));
        }
    }

    /** The chunk stays first in its worker's line, so that the end of that worker is not put down to the next one. */
    private void timeOutTask(Flight flight, String reason) {
        int attempt = flight.chunk.attempt();
        Chunk task = flight.chunk.part(flight.next(), 1);
        flight.answer(1);
        flight.cancel();
        cancelChildren(flight);
        takeBack(flight);
        fail(flight.job, task, new Loss(Loss.Kind.TASK_TIMEOUT, flight.slot.id, attempt, reason));
        endIfDone(flight.job);
    }

    /** Gives the tasks placed on a worker that does not come back to others, or up. */
    void abandon(int worker, String reason) {
        for (TaskJob job : List.copyOf(jobs.values())) {
            if (!jobs.containsKey(job.id)) {
                continue; // it was nested in one that has just ended
            }
            if (job.isPinned()) {
                for (Chunk chunk : job.abandon(worker)) {
                    fail(job, chunk, new Loss(Loss.Kind.NO_WORKER, worker, chunk.attempt() - 1, reason));
                }
            } else {
                job.release(worker);
                dealer.offer(job);
            }
            endIfDone(job);
        }
        dealer.forgetPlace(worker);
    }

    /**
     * Takes back all that a worker had. What waited behind the first chunk has most likely not begun, yet it counts as
     * tried: the answer that tells of the first one's end may have been lost with the worker.
     */
    void lose(WorkerSlot slot, Death known) {
        Death death = known.of(slot);
        slot.inHand = "";
        List<Flight> begun = slot.flights.stream().filter(slot::hasBegun).toList();
        for (Flight flight : List.copyOf(slot.flights)) {
            roster.remove(slot, flight);
            if (flight.isCancelled()) {
                halted(flight, flight.job.halt);
            } else if (begun.contains(flight)) {
                cancelChildren(flight);
                lose(flight, death);
            } else {
                takeBack(flight, flight.chunk.retry(flight.next(), flight.open(), slot.id));
            }
        }
    }

    /** The rest of a chunk that never started. */
    private void takeBack(Flight flight) {
        takeBack(flight, flight.chunk.part(flight.next(), flight.open()));
    }

    private void takeBack(Flight flight, Chunk rest) {
        TaskJob job = flight.job;
        job.flights.remove(flight);
        if (flight.open() > 0) {
            again(job, rest, flight.slot);
        }
        dealer.offer(job);
        endIfDone(job);
    }

    /** Puts tasks back into the queue, but those for a worker that has left the pool for good. */
    private void again(TaskJob job, Chunk chunk, WorkerSlot slot) {
        if (job.isPinned() && !roster.isInService(slot.id)) {
            fail(job, chunk, new Loss(Loss.Kind.NO_WORKER, slot.id, chunk.attempt() - 1, LEFT.reason()));
        } else {
            job.again(chunk, slot.id);
            dealer.putBack(job, slot);
        }
    }

    /** The rest of a chunk under which a worker died: it runs again in smaller pieces, in the end one by one. */
    private void lose(Flight flight, Death death) {
        TaskJob job = flight.job;
        if (flight.open() == 0) {
            takeBack(flight);
            return;
        }
        job.flights.remove(flight);
        int attempt = flight.chunk.attempt();
        int worker = flight.slot.id;
        Chunk rest = flight.chunk.retryAfter(death, flight.next(), flight.open(), worker);
        flight.slot.hadInHand(rest, job.size);
        int deaths = rest.deaths().size();
        if (attempt > job.rules.retries() || deaths > TaskJob.POISON_DEATHS) {
            Loss.Kind kind = deaths >= TaskJob.POISON_DEATHS ? Loss.Kind.POISON : Loss.Kind.WORKER_LOST;
            fail(job, rest, new Loss(kind, worker, attempt, death.reason(), rest.deaths()));
        } else {
            boolean lastTries = attempt >= job.rules.retries() || deaths >= TaskJob.POISON_DEATHS - 1;
            for (Chunk piece : pieces(rest, lastTries)) {
                again(job, piece, flight.slot);
            }
            flight.slot.inHand += (rest.count() == 1 ? "; it runs" : "; they run") + " again (attempt " + rest.attempt()
                    + " of " + (job.rules.retries() + 1) + ")";
        }
        dealer.offer(job);
        endIfDone(job);
    }

    private static List<Chunk> pieces(Chunk rest, boolean oneByOne) {
        int size = oneByOne ? 1 : Math.max(1, (rest.count() + 7) / 8);
        List<Chunk> pieces = new ArrayList<>();
        for (int first = rest.first(); first < rest.end(); first += size) {
            pieces.add(rest.part(first, Math.min(size, rest.end() - first)));
        }
        return pieces;
    }

    private void fail(TaskJob job, Chunk chunk, Loss loss) {
        job.done += chunk.count();
        job.failed += chunk.count();
        count(job, -chunk.count(), 0);
        effects.add(new Effect.Fail(job.id, chunk.first(), chunk.count(), loss));
        if (job.rules.failFast()) {
            endJob(job, new Ending.Completed());
        }
    }

    /** Cancels a job; false if there is none of that number. */
    boolean cancel(long id) {
        TaskJob job = jobs.get(id);
        if (job != null) {
            stop(job, Ending.Cancelled::new);
        }
        return job != null;
    }

    void endAll(Ending ending) {
        List.copyOf(jobs.values()).forEach(job -> endJob(job, ending));
    }

    /** The workers are about to go; nobody is waited for. */
    void endHalting() {
        for (TaskJob job : List.copyOf(halting)) {
            job.flights.clear();
            endIfHalted(job);
        }
    }

    private void timeOut(long id, long nanos) {
        TaskJob job = jobs.get(id);
        if (job != null) {
            stop(job, halt -> new Ending.TimedOut(nanos, halt));
        }
    }

    private void endIfDone(TaskJob job) {
        if (job.done == job.size) {
            endJob(job, new Ending.Completed());
        }
    }

    /** Ends a job whatever is still out. */
    private void endJob(TaskJob job, Ending ending) {
        if (jobs.containsKey(job.id)) {
            cancelRest(job);
            effects.add(new Effect.End(job.id, job.size, ending));
        }
    }

    /** Ends a job as soon as nothing of it runs any more, so that the caller may safely begin again. */
    private void stop(TaskJob job, Function<Halt, Ending> ending) {
        job.whenHalted = ending;
        halting.add(job);
        cancelRest(job);
        endIfHalted(job);
    }

    private void halted(Flight flight, Halt halt) {
        flight.job.flights.remove(flight);
        flight.job.halt = halt;
        endIfHalted(flight.job);
    }

    private void endIfHalted(TaskJob job) {
        Function<Halt, Ending> ending = job.whenHalted;
        if (ending != null && job.flights.isEmpty() && halting.remove(job)) {
            effects.add(new Effect.End(job.id, job.size, ending.apply(job.halt)));
        }
    }

    /** What workers say of this job from now on counts for nobody. */
    private void cancelRest(TaskJob job) {
        jobs.remove(job.id);
        if (job.parent != null) {
            job.parent.disown(job);
        }
        count(job, job.done - job.size, -job.bytes());
        dealer.forget(job);
        for (Iterator<Flight> each = job.flights.iterator(); each.hasNext(); ) {
            Flight flight = each.next();
            if (flight.open() == 0) {
                each.remove();
                cancelChildren(flight);
            }
        }
        for (Flight flight : job.flights) {
            flight.cancel();
            effects.add(new Effect.CancelRuns(flight.slot.ref, job.id));
            cancelChildren(flight); // after that, so that the task knows why
            alarms.after(settings.cancelGraceNanos(), () -> endIfStuck(flight));
        }
    }

    private void endIfStuck(Flight flight) {
        WorkerSlot slot = flight.slot;
        if (slot.flights.contains(flight) && slot.hasBegun(flight)) {
            flight.job.halt = flight.job.halt.plusReplaced();
            endWorker.accept(slot, new Death("went on with a cancelled task past clusterpool.cancel-grace"));
        } else if (slot.flights.contains(flight)) {
            alarms.after(settings.cancelGraceNanos(), () -> endIfStuck(flight));
        }
    }
}
