package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides everything about one pool: who runs what, what counts, what is repeated, when a job has ended.
 *
 * <p>Plain data in, plain data out: no actors, no clock, no I/O, so that any order of events can be tested.
 */
public final class PoolState {
    private static final Death LEFT = new Death("left the pool");

    private final PoolSettings settings;
    private final List<Effect> effects = new ArrayList<>();
    private final Journal journal = new Journal();
    private final Roster roster = new Roster();
    private final Alarms alarms = new Alarms();
    private final Dealer dealer;
    private final Lives lives;
    private final Broadcasts broadcasts;
    private final Map<Long, TaskJob> jobs = new LinkedHashMap<>();
    private final List<Long> inits = new ArrayList<>();
    private final Map<Long, Integer> resizes = new LinkedHashMap<>();
    private final List<Long> deletes = new ArrayList<>();
    private boolean exists;
    private long generation;
    private long stale;
    private long queuedTasks;
    private long queuedBytes;
    private long wakeAt = Long.MAX_VALUE;
    private long now;

    public PoolState(PoolSettings settings) {
        this.settings = settings;
        this.dealer = new Dealer(settings, effects);
        this.broadcasts = new Broadcasts(journal, effects);
        this.lives = new Lives(settings, roster, alarms, effects);
    }

    /**
     * Takes in one event.
     *
     * @param nanos the time, in nanoseconds of a clock that never goes back
     * @return what is to be done, in order
     */
    public List<Effect> apply(Event event, long nanos) {
        now = nanos;
        handle(event);
        journal.compact(floor());
        long next = alarms.next();
        if (next != wakeAt) {
            wakeAt = next;
            effects.add(new Effect.WakeAt(next));
        }
        List<Effect> decided = List.copyOf(effects);
        effects.clear();
        return decided;
    }

    private void handle(Event event) {
        if (event instanceof Event.Answered answered) {
            onAnswered(answered);
        } else if (event instanceof Event.Submit submit) {
            onSubmit(submit);
        } else if (event instanceof Event.Applied applied) {
            onApplied(applied);
        } else if (event instanceof Event.Export export) {
            onExport(export);
        } else if (event instanceof Event.Evalq evalq) {
            onEvalq(evalq);
        } else if (event instanceof Event.Cancel cancel) {
            onCancel(cancel);
        } else if (event instanceof Event.Up up) {
            onUp(up);
        } else if (event instanceof Event.Lost lost) {
            onLost(lost);
        } else if (event instanceof Event.Stuck stuck) {
            onStuck(stuck);
        } else if (event instanceof Event.Init init) {
            onInit(init);
        } else if (event instanceof Event.Resize resize) {
            onResize(resize);
        } else if (event instanceof Event.Delete delete) {
            onDelete(delete);
        } else {
            wakeAt = Long.MAX_VALUE;
            alarms.ring(now);
        }
    }

    // ---- the pool itself

    private void onInit(Event.Init init) {
        inits.add(init.job());
        generation++;
        if (!exists) {
            exists = true;
            journal.reset();
            grow(init.size());
            return;
        }
        Entry clear = journal.clear();
        if (init.restart()) {
            rebuild(init.size());
        } else {
            broadcasts.tell(clear, roster, floor());
            grow(init.size());
        }
        settleInits();
    }

    /** Workers that were given up count for nothing: they are tried again. */
    private void grow(int size) {
        roster.slots().stream().filter(WorkerSlot::isFailed).forEach(lives::revive);
        while (roster.size() < size) {
            lives.start(roster.add());
        }
    }

    private void rebuild(int size) {
        List<WorkerSlot> retired = roster.cut(size);
        for (WorkerSlot slot : List.copyOf(roster.slots())) {
            WorkerSlot fresh = roster.replace(slot);
            lives.start(fresh);
            lives.stopWhenDone(slot, now, this::endLeaving);
        }
        retired.forEach(this::retire);
        grow(size);
    }

    private void onResize(Event.Resize resize) {
        if (!exists) {
            end(resize.job(), 0, new Ending.Missing());
            return;
        }
        roster.cut(resize.size()).forEach(this::retire);
        grow(resize.size());
        resizes.put(resize.job(), resize.size());
        dealer.deal(roster, floor());
        settleResizes();
    }

    private void retire(WorkerSlot slot) {
        abandon(slot.id, LEFT.reason());
        broadcasts.giveUp(slot, LEFT).forEach(this::settle);
        lives.stopWhenDone(slot, now, this::endLeaving);
    }

    private void onDelete(Event.Delete delete) {
        deletes.add(delete.job());
        if (exists) {
            endEverything(new Ending.Deleted());
            exists = false;
            List<WorkerSlot> slots = roster.cut(0);
            roster.leavingSlots().forEach(slot -> lives.stopNow(slot, false));
            slots.forEach(slot -> slot.flights.clear());
            journal.reset();
        }
        settleDeletes();
    }

    private void endEverything(Ending ending) {
        List.copyOf(jobs.values()).forEach(job -> endJob(job, ending));
        broadcasts.endAll(ending);
        inits.forEach(job -> end(job, 0, ending));
        inits.clear();
        resizes.keySet().forEach(job -> end(job, 0, ending));
        resizes.clear();
    }

    private void settleInits() {
        if (roster.readyCount() > 0) {
            inits.forEach(job -> end(job, roster.size(), new Ending.Completed()));
            inits.clear();
        }
    }

    private void settleResizes() {
        resizes.entrySet().removeIf(resize -> {
            boolean settled = roster.size() != resize.getValue()
                    || roster.slots().stream().allMatch(slot -> slot.isReady() || slot.isFailed());
            if (settled && roster.leavingCount() == 0) {
                end(resize.getKey(), roster.size(), resized());
                return true;
            }
            return false;
        });
    }

    private Ending resized() {
        for (WorkerSlot slot : roster.slots()) {
            if (slot.isFailed() && slot.death != null) {
                return new Ending.StartFailed(slot.death.reason());
            }
        }
        return new Ending.Completed();
    }

    private void settleDeletes() {
        if (roster.leavingCount() == 0) {
            deletes.forEach(job -> end(job, 0, new Ending.Completed()));
            deletes.clear();
        }
    }

    // ---- workers come and go

    private void onUp(Event.Up up) {
        WorkerSlot slot = roster.sameStart(up.ref());
        if (slot == null || slot.phase == WorkerSlot.Phase.LEAVING || up.ref().incarnation() < slot.ref.incarnation()) {
            stale++;
            return;
        }
        if (slot.isUp() && !slot.ref.equals(up.ref())) {
            slot.restarts++;
            loseFlights(slot, new Death("crashed and was restarted in place"));
        } else if (slot.phase != WorkerSlot.Phase.STARTING) {
            stale++;
            return;
        }
        lives.up(slot, up, journal.epoch());
        broadcasts.replay(slot, floor());
        if (slot.unanswered.isEmpty()) {
            ready(slot);
        } else {
            dealer.deal(roster, floor());
        }
    }

    private void ready(WorkerSlot slot) {
        lives.ready(slot, journal.epoch());
        dealer.offer(slot);
        dealer.deal(roster, floor());
        settleInits();
        settleResizes();
    }

    private void onLost(Event.Lost lost) {
        WorkerSlot slot = roster.sameStart(lost.ref());
        if (slot == null) {
            stale++;
            return;
        }
        loseFlights(slot, lost.death());
        if (slot.phase == WorkerSlot.Phase.LEAVING) {
            roster.left(slot);
            settleDeletes();
            settleResizes();
        } else if (slot.isUp() || slot.phase == WorkerSlot.Phase.STARTING) {
            broadcasts.lost(slot);
            if (!lives.lost(slot, lost.death(), now)) {
                giveUp(slot, lost.death());
            }
        }
        dealer.deal(roster, floor());
    }

    /** After too many deaths in a row the worker stays away; without any worker nothing can go on. */
    private void giveUp(WorkerSlot slot, Death death) {
        abandon(slot.id, death.reason());
        broadcasts.giveUp(slot, death).forEach(this::settle);
        settleResizes();
        if (roster.inService().isEmpty()) {
            Ending ending = new Ending.StartFailed(death.reason());
            boolean neverServed = roster.slots().stream().noneMatch(each -> each.everReady);
            endEverything(ending);
            if (neverServed) {
                exists = false;
                roster.cut(0);
            }
        }
    }

    private void abandon(int worker, String reason) {
        for (TaskJob job : List.copyOf(jobs.values())) {
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
    }

    /** Ends a worker that is of no use any more and puts a fresh one in its place. */
    private void replace(WorkerSlot slot, Death death) {
        effects.add(new Effect.Note("worker " + slot.id + " " + death.reason() + "; it is replaced"));
        WorkerSlot fresh = roster.replace(slot);
        fresh.restarts++;
        fresh.death = death;
        lives.stopNow(slot, true);
        lives.start(fresh);
        loseFlights(slot, death);
        dealer.deal(roster, floor());
    }

    /** A worker that is on its way out is waited for no longer. */
    private void endLeaving(WorkerSlot slot) {
        lives.stopNow(slot, true);
        loseFlights(slot, new Death("did not finish in time when it was told to leave"));
        dealer.deal(roster, floor());
    }

    private void loseFlights(WorkerSlot slot, Death death) {
        boolean running = true;
        for (Flight flight : List.copyOf(slot.flights)) {
            slot.remove(flight);
            if (flight.cancelled) {
                running = false;
            } else if (running) {
                running = false;
                lose(flight, death);
            } else {
                takeBack(flight);
            }
        }
    }

    /** The rest of a chunk that never started. */
    private void takeBack(Flight flight) {
        TaskJob job = flight.job;
        job.flights.remove(flight);
        if (flight.open() > 0) {
            again(
                    job,
                    new Chunk(flight.next(), flight.open(), flight.chunk.attempt(), flight.chunk.avoid()),
                    flight.slot);
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
        Chunk rest = new Chunk(flight.next(), flight.open(), attempt + 1, worker);
        if (attempt > job.rules.retries()) {
            Loss.Kind kind = attempt >= 3 ? Loss.Kind.POISON : Loss.Kind.WORKER_LOST;
            fail(job, rest, new Loss(kind, worker, attempt, death.reason()));
        } else {
            for (Chunk piece : pieces(rest, attempt >= job.rules.retries())) {
                again(job, piece, flight.slot);
            }
            effects.add(new Effect.Note("worker " + worker + " was running elements " + rest.first() + "-"
                    + (rest.end() - 1) + " of " + job.size + "; they run again (attempt " + rest.attempt() + " of "
                    + (job.rules.retries() + 1) + ")"));
        }
        dealer.offer(job);
        endIfDone(job);
    }

    private static List<Chunk> pieces(Chunk rest, boolean oneByOne) {
        int size = oneByOne ? 1 : Math.max(1, (rest.count() + 7) / 8);
        List<Chunk> pieces = new ArrayList<>();
        for (int first = rest.first(); first < rest.end(); first += size) {
            pieces.add(new Chunk(first, Math.min(size, rest.end() - first), rest.attempt(), rest.avoid()));
        }
        return pieces;
    }

    // ---- tasks

    private void onSubmit(Event.Submit submit) {
        Ending refusal = refusal(submit.extent());
        if (refusal != null) {
            end(submit.job(), 0, refusal);
            return;
        }
        TaskJob job = new TaskJob(submit.job(), submit.extent(), submit.rules(), journal.epoch(), roster.inService());
        jobs.put(job.id, job);
        queuedTasks += job.size;
        queuedBytes += job.bytes();
        long timeout = submit.rules().timeoutNanos();
        if (timeout > 0) {
            alarms.after(now, timeout, () -> timeOut(submit.job(), timeout));
        }
        dealer.offer(job);
        dealer.deal(roster, floor());
        endIfDone(job);
    }

    private @Nullable Ending refusal(Extent extent) {
        Ending missing = missing();
        if (missing != null) {
            return missing;
        }
        long tasks = queuedTasks + extent.size();
        if (tasks > settings.maxQueuedTasks()) {
            return new Ending.Overloaded("tasks", tasks, settings.maxQueuedTasks(), "clusterpool.queue.max-tasks");
        }
        long bytes = queuedBytes + extent.bytes();
        if (bytes > settings.maxQueuedBytes()) {
            return new Ending.Overloaded("bytes", bytes, settings.maxQueuedBytes(), "clusterpool.queue.max-bytes");
        }
        return null;
    }

    private @Nullable Ending missing() {
        if (!exists) {
            return new Ending.Missing();
        }
        if (roster.inService().isEmpty()) {
            Death death = roster.slots().get(0).death;
            return new Ending.StartFailed(death == null ? "" : death.reason());
        }
        return null;
    }

    private void onAnswered(Event.Answered answer) {
        WorkerSlot slot = roster.find(answer.ref());
        Flight flight = slot == null ? null : slot.flight(answer.run());
        if (slot == null || flight == null || !matches(flight, answer)) {
            stale++;
            return;
        }
        if (!flight.cancelled) {
            take(flight, answer);
        }
        if (answer.last()) {
            land(slot, flight);
        }
    }

    private static boolean matches(Flight flight, Event.Answered answer) {
        return flight.job.id == answer.job()
                && flight.chunk.attempt() == answer.attempt()
                && (flight.cancelled || (flight.next() == answer.first() && answer.count() <= flight.open()));
    }

    private void take(Flight flight, Event.Answered answer) {
        TaskJob job = flight.job;
        flight.answered += answer.count();
        flight.slot.tasksDone += answer.count();
        job.done += answer.count();
        job.failed += answer.failed();
        queuedTasks -= answer.count();
        if (answer.count() > 0) {
            flight.slot.failures = 0;
            job.timed(answer.count(), answer.nanos());
            effects.add(new Effect.Deliver(job.id, flight.slot.id, answer.first(), answer.count(), answer.outcomes()));
        }
        if (job.failed > 0 && job.rules.failFast()) {
            endJob(job, new Ending.Completed());
        }
        endIfDone(job);
    }

    private void land(WorkerSlot slot, Flight flight) {
        slot.remove(flight);
        if (!flight.cancelled) {
            dealer.learn(flight.job.expectedNanos(flight.chunk.count()));
            takeBack(flight);
        }
        if (slot.phase == WorkerSlot.Phase.LEAVING) {
            lives.stopIfDone(slot);
        }
        dealer.offer(slot);
        dealer.deal(roster, floor());
    }

    private void onStuck(Event.Stuck stuck) {
        WorkerSlot slot = roster.find(stuck.ref());
        Flight flight = slot == null ? null : slot.flight(stuck.run());
        if (slot == null || flight == null || (!flight.cancelled && flight.next() != stuck.index())) {
            stale++;
            return;
        }
        if (!flight.cancelled) {
            timeOutTask(flight, stuck.reason());
        }
        end(slot, new Death("was stuck in a task past its taskTimeout"));
    }

    /** The chunk stays first in its worker's line, so that the end of that worker is not put down to the next one. */
    private void timeOutTask(Flight flight, String reason) {
        int attempt = flight.chunk.attempt();
        Chunk task = new Chunk(flight.next(), 1, attempt, 0);
        flight.answered++;
        flight.cancelled = true;
        takeBack(flight);
        fail(flight.job, task, new Loss(Loss.Kind.TASK_TIMEOUT, flight.slot.id, attempt, reason));
        endIfDone(flight.job);
    }

    private void end(WorkerSlot slot, Death death) {
        if (slot.phase == WorkerSlot.Phase.LEAVING) {
            endLeaving(slot);
        } else {
            replace(slot, death);
        }
    }

    private void fail(TaskJob job, Chunk chunk, Loss loss) {
        job.done += chunk.count();
        job.failed += chunk.count();
        queuedTasks -= chunk.count();
        effects.add(new Effect.Fail(job.id, chunk.first(), chunk.count(), loss));
        if (job.rules.failFast()) {
            endJob(job, new Ending.Completed());
        }
    }

    private void onCancel(Event.Cancel cancel) {
        TaskJob job = jobs.get(cancel.job());
        if (job != null) {
            endJob(job, new Ending.Cancelled());
        } else {
            giveUpOn(cancel.job(), new Ending.Cancelled());
        }
    }

    private void timeOut(long id, long nanos) {
        TaskJob job = jobs.get(id);
        if (job != null) {
            endJob(job, new Ending.TimedOut(nanos));
        }
    }

    private void endIfDone(TaskJob job) {
        if (job.done == job.size) {
            endJob(job, new Ending.Completed());
        }
    }

    /** Ends a job whatever is still out; what its workers say from now on counts for nobody. */
    private void endJob(TaskJob job, Ending ending) {
        if (jobs.remove(job.id) == null) {
            return;
        }
        queuedTasks -= job.size - job.done;
        queuedBytes -= job.bytes();
        dealer.forget(job);
        for (Flight flight : job.flights) {
            flight.cancelled = flight.open() > 0;
            if (flight.cancelled) {
                effects.add(new Effect.CancelRuns(flight.slot.ref, job.id));
                alarms.after(now, settings.cancelGraceNanos(), () -> endIfStuck(flight));
            }
        }
        end(job.id, job.size, ending);
    }

    private void endIfStuck(Flight flight) {
        WorkerSlot slot = flight.slot;
        if (slot.flights.peek() == flight) {
            end(slot, new Death("went on with a cancelled task past clusterpool.cancel-grace"));
        } else if (slot.flights.contains(flight)) {
            alarms.after(now, settings.cancelGraceNanos(), () -> endIfStuck(flight));
        }
    }

    // ---- state of the workers

    private void onExport(Event.Export export) {
        Ending refusal = journalRefusal(export.values().values().stream()
                .mapToLong(value -> value.length)
                .sum());
        if (refusal != null) {
            end(export.job(), 0, refusal);
        } else {
            List<WorkerSlot> there =
                    roster.slots().stream().filter(WorkerSlot::isUp).toList();
            begin(export.job(), journal.export(export.values()), there, export.timeoutNanos());
        }
    }

    private void onEvalq(Event.Evalq evalq) {
        Ending refusal = journalRefusal(evalq.code().length);
        if (refusal != null) {
            end(evalq.job(), 0, refusal);
        } else {
            begin(evalq.job(), journal.evalq(evalq.code()), roster.inService(), evalq.timeoutNanos());
        }
    }

    private void begin(long job, Entry entry, List<WorkerSlot> awaited, long timeout) {
        if (timeout > 0) {
            alarms.after(now, timeout, () -> giveUpOn(job, new Ending.TimedOut(timeout)));
        }
        settle(broadcasts.begin(job, entry, awaited, dealer.lastRun(), roster, floor()));
    }

    private @Nullable Ending journalRefusal(long bytes) {
        Ending missing = missing();
        if (missing != null) {
            return missing;
        }
        if (journal.size() >= settings.maxJournalEntries()) {
            return new Ending.Overloaded(
                    "journal entries",
                    journal.size() + 1L,
                    settings.maxJournalEntries(),
                    "clusterpool.journal.max-entries");
        }
        if (journal.bytes() + bytes > settings.maxJournalBytes()) {
            return new Ending.Overloaded(
                    "journal bytes",
                    journal.bytes() + bytes,
                    settings.maxJournalBytes(),
                    "clusterpool.journal.max-bytes");
        }
        return null;
    }

    private void onApplied(Event.Applied applied) {
        WorkerSlot slot = roster.find(applied.ref());
        Long next = slot == null || slot.phase == WorkerSlot.Phase.LEAVING ? null : slot.unanswered.peek();
        if (slot == null || next == null || next != applied.epoch()) {
            stale++;
            return;
        }
        slot.answered(applied.epoch());
        Broadcast broadcast = broadcasts.answered(slot, applied);
        if (broadcast == null && applied.failed() && slot.isUp()) {
            replayFailed(slot, applied.reason());
            return;
        }
        if (slot.phase == WorkerSlot.Phase.REPLAYING && slot.unanswered.isEmpty()) {
            ready(slot);
        } else if (slot.isReady()) {
            dealer.offer(slot);
            dealer.deal(roster, floor());
        }
        if (broadcast != null) {
            settle(broadcast);
        }
    }

    /** Without the state of the others a worker is no worker. */
    private void replayFailed(WorkerSlot slot, String reason) {
        Death death = new Death("could not take over the pool's state: " + reason);
        effects.add(new Effect.Stop(slot.ref, true));
        roster.awaitEnd(slot.ref);
        onLost(new Event.Lost(slot.ref, death));
    }

    /** Nobody waits for a change any more: workers that run its code have as long as with a cancelled task. */
    private void giveUpOn(long job, Ending ending) {
        Broadcast broadcast = broadcasts.giveUpOn(job, ending);
        if (broadcast != null && broadcast.entry instanceof Entry.Evalq) {
            alarms.after(now, settings.cancelGraceNanos(), () -> endIfStuck(broadcast));
        }
    }

    private void endIfStuck(Broadcast broadcast) {
        if (!broadcasts.isOpen(broadcast)) {
            return;
        }
        List<WorkerSlot> waitedFor = roster.slots().stream()
                .filter(slot -> slot.isUp() && broadcast.awaited.contains(slot.id))
                .toList();
        if (waitedFor.isEmpty() || !waitedFor.stream().allMatch(broadcast::isAt)) {
            alarms.after(now, settings.cancelGraceNanos(), () -> endIfStuck(broadcast));
        } else if (broadcast.someApplied) {
            waitedFor.forEach(slot -> replace(slot, new Death("went on with a cancelled evalq")));
        } else {
            broadcasts.end(broadcast);
            withdraw(broadcast.entry.epoch());
        }
    }

    private void settle(Broadcast broadcast) {
        if (!broadcast.awaited.isEmpty()) {
            return;
        }
        broadcasts.end(broadcast);
        if (!broadcast.someApplied && !broadcast.failed.isEmpty()) {
            withdraw(broadcast.entry.epoch());
            return;
        }
        for (WorkerRef ref : broadcast.failed) {
            WorkerSlot slot = roster.find(ref);
            if (slot != null && slot.isUp()) {
                replace(slot, new Death("could not apply what other workers could"));
            }
        }
    }

    /** Takes back a change that no worker could apply; one that may still manage is no use beside the others. */
    private void withdraw(long epoch) {
        journal.withdraw(epoch);
        for (WorkerSlot slot : List.copyOf(roster.slots())) {
            slot.failedAt.remove(epoch);
            if (slot.unanswered.contains(epoch)) {
                replace(slot, new Death("was applying a change that was taken back"));
            }
        }
        dealer.deal(roster, floor());
    }

    // ---- what holds everywhere

    /** The lowest epoch that a task may still run at; a change that may yet be taken back replaces nothing. */
    private long floor() {
        long floor = Math.min(journal.epoch(), broadcasts.oldest() - 1);
        return jobs.isEmpty() ? floor : Math.min(floor, jobs.values().iterator().next().epoch);
    }

    private void end(long job, int size, Ending ending) {
        effects.add(new Effect.End(job, size, ending));
    }

    /** How things stand. */
    public Snapshot snapshot() {
        int running = roster.running();
        return new Snapshot(
                exists,
                roster.slots().stream().map(Snapshot.WorkerView::of).toList(),
                (int) Math.min(Integer.MAX_VALUE, queuedTasks - running),
                running,
                journal.epoch(),
                generation,
                stale,
                roster.leavingCount());
    }
}
