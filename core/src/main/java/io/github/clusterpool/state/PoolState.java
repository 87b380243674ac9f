package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides everything about one pool: who runs what, what counts, what is repeated, when a job has ended.
 *
 * <p>Plain data in, plain data out: no actors, no clock, no I/O, so that any order of events can be tested.
 */
public final class PoolState {
    private static final Death LEFT = new Death("left the pool");

    private final List<Effect> effects = new ArrayList<>();
    private final Journal journal = new Journal();
    private final Roster roster = new Roster();
    private final Alarms alarms = new Alarms();
    private final Dealer dealer;
    private final Lives lives;
    private final Leases leases;
    private final Broadcasts broadcasts;
    private final Tasks tasks;
    private final Changes changes;
    private final SizeJobs sizeJobs;
    private final Scaler scaler;
    private boolean lookDue;
    private String lastScaling = "";

    /** Whether an {@code init} has ended well since the pool was made. */
    private boolean served;

    private boolean exists;
    private boolean paused;
    private long generation;
    private long stale;
    private long wakeAt = Long.MAX_VALUE;

    public PoolState(PoolSettings settings) {
        this.dealer = new Dealer(settings, effects, roster, alarms);
        this.broadcasts = new Broadcasts(journal, effects);
        this.lives = new Lives(settings, roster, alarms, effects);
        this.leases = new Leases(settings, roster, alarms, this::leaseOver);
        this.tasks = new Tasks(settings, effects, roster, dealer, alarms, this::end);
        this.sizeJobs = new SizeJobs(roster, effects, settings.staffing().least());
        this.scaler = new Scaler(settings.staffing());
        this.changes = new Changes(settings, effects, journal, broadcasts, roster, dealer, alarms, new ByChanges());
    }

    /**
     * Takes in one event.
     *
     * @param nanos the time, in nanoseconds of a clock that never goes back
     * @return what is to be done, in order
     */
    public List<Effect> apply(Event event, long nanos) {
        alarms.setTime(nanos);
        if (!(event instanceof Event.Answered || event instanceof Event.Applied || event instanceof Event.Beat)) {
            dealer.stir();
        }
        handle(event);
        lookSoon();
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
        } else if (event instanceof Event.Resume resume) {
            onResume(resume);
        } else if (event instanceof Event.Hold hold) {
            tasks.hold(hold);
            deal();
        } else if (event instanceof Event.Pause) {
            onPause();
        } else if (event instanceof Event.Nested nested) {
            onNested(nested);
        } else if (event instanceof Event.Applied applied) {
            onApplied(applied);
        } else if (event instanceof Event.Export export) {
            onExport(export);
        } else if (event instanceof Event.Evalq evalq) {
            onEvalq(evalq);
        } else if (event instanceof Event.Beat beat) {
            onBeat(beat);
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
        } else if (event instanceof Event.Leave leave) {
            onLeave(leave);
        } else if (event instanceof Event.NoRoom noRoom) {
            onNoRoom(noRoom);
        } else if (event instanceof Event.Room room) {
            onRoom(room);
        } else {
            wakeAt = Long.MAX_VALUE;
            alarms.ring();
        }
    }

    // ---- the pool itself

    private void onInit(Event.Init init) {
        sizeJobs.addInit(init.job());
        generation++;
        if (!exists) {
            exists = true;
            served = false;
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
            lives.stopWhenDone(slot, this::endLeaving);
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
        sizeJobs.addResize(resize.job(), resize.size());
        deal();
        sizeJobs.settleResizes();
    }

    private void retire(WorkerSlot slot) {
        tasks.abandon(slot.id, LEFT.reason());
        changes.giveUp(slot, LEFT);
        lives.stopWhenDone(slot, this::endLeaving);
    }

    private void onDelete(Event.Delete delete) {
        sizeJobs.addDelete(delete.job());
        if (exists) {
            endEverything(new Ending.Deleted());
            dissolve();
        }
        sizeJobs.settleDeletes();
    }

    private void dissolve() {
        tasks.endHalting();
        exists = false;
        List<WorkerSlot> slots = roster.cut(0);
        roster.leavingSlots().forEach(slot -> lives.stopNow(slot, false));
        slots.forEach(roster::forgetFlights);
        journal.reset();
    }

    private void endEverything(Ending ending) {
        tasks.endAll(ending);
        broadcasts.endAll(ending);
        sizeJobs.endAll(ending);
    }

    private void settleInits() {
        served |= sizeJobs.settleInits();
    }

    private void settleResizes() {
        sizeJobs.settleResizes();
    }

    private void settleDeletes() {
        sizeJobs.settleDeletes();
    }

    // ---- workers come and go

    private void onUp(Event.Up up) {
        WorkerSlot slot = roster.sameStart(up.ref());
        if (slot == null || slot.phase == WorkerSlot.Phase.LEAVING || up.ref().incarnation() < slot.ref.incarnation()) {
            stale++;
            if (slot != null && slot.isFinishing() && up.ref().incarnation() > slot.ref.incarnation()) {
                endLeaving(slot, new Death("crashed before it had finished what it was to finish"));
            }
            return;
        }
        boolean fresh = slot.phase == WorkerSlot.Phase.STARTING;
        if (slot.isUp() && !slot.ref.equals(up.ref())) {
            slot.restarts++;
            tasks.lose(slot, new Death("crashed and was restarted in place"));
        } else if (!fresh) {
            stale++;
            return;
        }
        lives.up(slot, up, journal.epoch());
        if (fresh) {
            leases.begin(slot);
        }
        broadcasts.replay(slot, floor());
        if (slot.unanswered.isEmpty()) {
            ready(slot);
        } else {
            deal();
        }
    }

    private void ready(WorkerSlot slot) {
        lives.ready(slot, journal.epoch());
        dealer.stir();
        dealer.offer(slot);
        deal();
        settleInits();
        settleResizes();
    }

    /** A start that was given up is fenced off: it is told to end again, and what it does counts for nobody. */
    private void onBeat(Event.Beat beat) {
        WorkerSlot slot = roster.sameStart(beat.ref());
        if (slot == null || slot.killed) {
            stale++;
            effects.add(new Effect.Stop(beat.ref(), true));
        } else if (beat.counts()) {
            effects.add(new Effect.Renew(beat.ref(), beat.sentNanos()));
            if (leases.heard(slot)) {
                dealer.offer(slot);
                deal();
            }
        }
    }

    private void leaseOver(WorkerSlot slot, Death death) {
        effects.add(new Effect.Silent(slot.ref));
        if (slot.phase == WorkerSlot.Phase.LEAVING) {
            endLeaving(slot, death);
            return;
        }
        effects.add(new Effect.Stop(slot.ref, true));
        roster.awaitEnd(slot.ref);
        onLost(new Event.Lost(slot.ref, death));
    }

    private void onLost(Event.Lost lost) {
        WorkerSlot slot = roster.sameStart(lost.ref());
        if (slot == null) {
            stale++;
            return;
        }
        dealer.stir();
        tasks.lose(slot, lost.death());
        if (slot.phase == WorkerSlot.Phase.LEAVING) {
            if (!slot.inHand.isEmpty()) {
                lives.certify(slot, lost.death(), "");
            }
            roster.left(slot);
            settleDeletes();
            settleResizes();
        } else if (slot.isUp() || slot.phase == WorkerSlot.Phase.STARTING) {
            broadcasts.lost(slot);
            if (!lives.lost(slot, lost.death())) {
                giveUp(slot, lost.death());
            }
        }
        deal();
    }

    /** After too many deaths in a row the worker stays away; without any worker nothing can go on. */
    private void giveUp(WorkerSlot slot, Death death) {
        tasks.abandon(slot.id, death.reason());
        changes.giveUp(slot, death);
        settleResizes();
        if (sizeJobs.lacksWorkers() && roster.isAnyInService()) {
            failInits(sizeJobs.tooFew(slot, death));
        }
        if (!roster.isAnyInService()) {
            Ending ending = new Ending.StartFailed(death.inFull());
            boolean neverServed = roster.slots().stream().noneMatch(each -> each.everReady);
            endEverything(ending);
            if (neverServed) {
                exists = false;
                roster.cut(0);
            }
        }
    }

    /** A pool that has never been what was asked for does not go on as less. */
    private void failInits(Ending ending) {
        if (served) {
            sizeJobs.endInits(ending);
        } else {
            endEverything(ending);
            dissolve();
        }
    }

    /** Its next start takes its number at once, or when there is a place; what has begun it finishes in the old one. */
    private void onLeave(Event.Leave leave) {
        WorkerSlot slot = roster.sameStart(leave.ref());
        boolean allNeeded = tasks.isAnyPinned() || broadcasts.isAnyOpen(); // these wait for every worker
        if (slot == null || !slot.isUp() || (!leave.elsewhere() && allNeeded)) {
            stale++;
        } else {
            dealer.stir();
            WorkerSlot fresh = roster.replace(slot);
            fresh.everReady = true;
            fresh.death = leave.death();
            if (leave.elsewhere()) {
                lives.start(fresh);
            } else {
                lives.giveUpForNow(fresh, leave.death());
                giveUp(fresh, leave.death());
            }
            effects.add(
                    new Effect.Note("worker " + slot.id + " " + leave.death().reason(), false));
            lives.stopInPeace(slot);
            deal();
        }
    }

    private void onNoRoom(Event.NoRoom noRoom) {
        WorkerSlot slot = roster.sameStart(noRoom.ref());
        if (slot == null || slot.phase != WorkerSlot.Phase.STARTING) {
            onLost(new Event.Lost(noRoom.ref(), noRoom.death()));
            return;
        }
        slot.ref = new WorkerRef(slot.id, roster.nextIncarnation());
        lives.giveUpForNow(slot, noRoom.death());
        lives.certify(slot, noRoom.death(), "; it starts when there is one");
        giveUp(slot, noRoom.death());
        deal();
    }

    private void onRoom(Event.Room room) {
        roster.slots().stream()
                .filter(slot -> slot.isFailed() && slot.homeless)
                .limit(room.places())
                .toList()
                .forEach(lives::revive);
    }

    // ---- the pool's own size

    private void lookSoon() {
        if (!lookDue && exists && scaler.cares(roster.size(), tasks.open())) {
            lookDue = true;
            alarms.after(scaler.lookNanos(), this::look);
        }
    }

    /** Calls and changes of state wait for certain workers, which must not go meanwhile. */
    private void look() {
        lookDue = false;
        int busiest = roster.takeBusiest();
        if (!exists || tasks.isAnyPinned() || broadcasts.isAnyOpen()) {
            return;
        }
        int size = roster.size();
        long waiting = Math.max(0, tasks.shareable() - roster.busyCount());
        int failed = size - roster.inServiceCount();
        int awaited = roster.inServiceCount() - roster.readyCount();
        long begun = tasks.ended() + roster.busyCount();
        int wanted = scaler.decide(new Scaler.Load(size, awaited, failed, busiest, waiting, begun), alarms.now());
        if (wanted > size) {
            noteScaling("grows from " + size + " to " + wanted + " workers: " + waiting + " tasks wait");
            grow(wanted);
        } else if (wanted < size) {
            noteScaling("shrinks from " + size + " to " + wanted + " workers: no more had work at the same time");
            roster.cut(wanted).forEach(this::letGo);
            deal();
        }
    }

    private void letGo(WorkerSlot slot) {
        tasks.abandon(slot.id, LEFT.reason());
        lives.stopInPeace(slot);
    }

    private void noteScaling(String what) {
        lastScaling = what;
        effects.add(new Effect.Note(what, false));
    }

    // ---- workers end

    /** Ends a worker that is of no use any more and puts a fresh one in its place. */
    private void replace(WorkerSlot slot, Death death) {
        dealer.stir();
        WorkerSlot fresh = roster.replace(slot);
        fresh.restarts++;
        fresh.death = death;
        lives.stopNow(slot, true);
        lives.start(fresh);
        tasks.lose(slot, death);
        lives.certify(slot, death, "; it is replaced");
        deal();
    }

    /** A worker that is on its way out is waited for no longer. */
    private void endLeaving(WorkerSlot slot) {
        endLeaving(slot, new Death("did not finish in time when it was told to leave"));
    }

    private void endLeaving(WorkerSlot slot, Death death) {
        lives.stopNow(slot, true);
        tasks.lose(slot, death);
        deal();
    }

    // ---- tasks

    private void onSubmit(Event.Submit submit) {
        Ending missing = missing();
        if (missing != null) {
            end(submit.job(), 0, missing);
        } else {
            tasks.submit(submit, journal.epoch());
            deal();
        }
    }

    private void onResume(Event.Resume resume) {
        Ending missing = missing();
        if (missing != null) {
            end(resume.submit().job(), 0, missing);
        } else {
            tasks.resume(resume, journal.epoch());
            deal();
        }
    }

    private void onPause() {
        paused = true;
        for (WorkerSlot slot : roster.slots()) {
            long[] runs = slot.flights.stream().mapToLong(flight -> flight.run).toArray();
            if (runs.length > 0) {
                effects.add(new Effect.Recall(slot.ref, runs));
            }
        }
    }

    private void onNested(Event.Nested nested) {
        tasks.submit(nested);
        deal();
    }

    private void onAnswered(Event.Answered answer) {
        if (!tasks.answered(answer)) {
            stale++;
            return;
        }
        if (answer.sequel().isLast()) {
            WorkerSlot slot = roster.find(answer.ref());
            if (slot != null && slot.phase == WorkerSlot.Phase.LEAVING) {
                lives.stopIfDone(slot);
            }
        }
        if (answer.sequel() != Sequel.MORE) {
            deal();
        }
    }

    private void onStuck(Event.Stuck stuck) {
        if (!tasks.stuck(stuck)) {
            stale++;
        }
    }

    private void onCancel(Event.Cancel cancel) {
        if (!tasks.cancel(cancel.job())) {
            changes.giveUpOn(cancel.job(), new Ending.Cancelled(Halt.NONE));
        }
    }

    private void end(WorkerSlot slot, Death death) {
        if (slot.phase == WorkerSlot.Phase.LEAVING) {
            endLeaving(slot);
        } else {
            replace(slot, death);
        }
    }

    // ---- state of the workers

    private void onExport(Event.Export export) {
        Ending missing = missing();
        if (missing != null) {
            end(export.job(), 0, missing);
        } else {
            changes.export(export);
        }
    }

    private void onEvalq(Event.Evalq evalq) {
        Ending missing = missing();
        if (missing != null) {
            end(evalq.job(), 0, missing);
        } else {
            changes.evalq(evalq);
        }
    }

    private void onApplied(Event.Applied applied) {
        if (!changes.applied(applied)) {
            stale++;
        }
    }

    /** What changes of state bring about for workers. */
    private final class ByChanges implements Changes.Workers {
        @Override
        public void ready(WorkerSlot slot) {
            PoolState.this.ready(slot);
        }

        @Override
        public void replace(WorkerSlot slot, Death death) {
            PoolState.this.replace(slot, death);
        }

        @Override
        public void lost(WorkerSlot slot, Death death) {
            onLost(new Event.Lost(slot.ref, death));
        }

        @Override
        public void deal() {
            PoolState.this.deal();
        }

        @Override
        public long floor() {
            return PoolState.this.floor();
        }
    }

    // ---- what holds everywhere

    private @Nullable Ending missing() {
        if (!exists) {
            return new Ending.Missing();
        }
        if (!roster.isAnyInService()) {
            Death death = roster.slots().get(0).death;
            return new Ending.StartFailed(death == null ? "" : death.inFull());
        }
        return null;
    }

    /** The lowest epoch that a task may still run at; a change that may yet be taken back replaces nothing. */
    private long floor() {
        long floor = Math.min(journal.epoch(), broadcasts.oldest() - 1);
        return Math.min(floor, tasks.oldestEpoch());
    }

    private void deal() {
        if (paused) {
            return;
        }
        dealer.deal(floor());
    }

    private void end(long job, int size, Ending ending) {
        effects.add(new Effect.End(job, size, ending));
    }

    /** Tasks of a job that were given to workers, or have an outcome already; 0 if there is no such job. */
    public int dealt(long job) {
        return tasks.dealt(job);
    }

    /** Whether no worker has anything. */
    public boolean isIdle() {
        return roster.slots().stream().allMatch(slot -> slot.flights.isEmpty())
                && roster.leavingSlots().stream().allMatch(slot -> slot.flights.isEmpty());
    }

    /** Whether it has been made and not deleted. */
    public boolean exists() {
        return exists;
    }

    /** The epochs of the changes that new workers repeat. */
    public Set<Long> journal() {
        return journal.epochs();
    }

    /** How often changes were dropped from that. */
    public long journalRemovals() {
        return journal.removals();
    }

    /** Of the last change of state. */
    public long epoch() {
        return journal.epoch();
    }

    /** How many workers there are, whatever their state. */
    public int size() {
        return roster.size();
    }

    /** How things stand. */
    public Snapshot snapshot() {
        int running = roster.running();
        List<Snapshot.WorkerView> workers = new ArrayList<>(roster.size());
        roster.slots().forEach(slot -> workers.add(slot.view()));
        return new Snapshot(
                exists,
                Collections.unmodifiableList(workers),
                (int) Math.min(Integer.MAX_VALUE, tasks.open() - running),
                running,
                journal.epoch(),
                generation,
                stale,
                roster.leavingCount(),
                lastScaling);
    }
}
