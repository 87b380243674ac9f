package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Plays clients, workers and time against a {@link PoolState}, by chance, and checks all that it decides. */
final class PoolModel {
    private static final PoolSettings SETTINGS =
            new PoolSettings(3, 50, 40, 1_000, 4, 3, 100, 1_000, 14, 200, 120, 3_000, 400, 1_500, Staffing.FIXED);

    /** Longer than all that the pool may wait for. */
    private static final long LONGEST_PAUSE = 5_000;

    private static final List<String> NAMES = List.of("a", "b", "c");

    private final Random random;
    private final PoolState state = new PoolState(SETTINGS);
    private final PoolPromises promises;
    private final List<Event> said = new ArrayList<>();
    private final Map<Long, Long> flaky = new HashMap<>();

    /** Code whose caller waits to the end; what becomes of it otherwise is for {@link GivenUpCodeTest}. */
    private final Set<Long> waitedFor = new HashSet<>();

    private final Set<Long> held = new LinkedHashSet<>();
    private final List<String> trace;
    private long now = 1;
    private long wakeAt = Long.MAX_VALUE;
    private long lastJob;
    private long decidedAt;
    private boolean calm;

    PoolModel(long seed, List<String> trace) {
        this.random = new Random(seed);
        this.trace = trace;
        this.promises = new PoolPromises(SETTINGS, random, this::carryOut);
    }

    /** Lets that many things happen, then lets the pool come to rest, then deletes it. */
    void play(int events) {
        init(false);
        for (int i = 0; i < events; i++) {
            happen();
        }
        comeToRest();
        promises.checkAtRest(state.snapshot());
        submitPoolJob(new Event.Delete(++lastJob), 0);
        comeToRest();
        promises.checkDeleted(state.snapshot());
    }

    private void happen() {
        now += random.nextInt(60);
        beat();
        int dice = random.nextInt(100);
        if (dice < 9) {
            submit();
        } else if (dice < 12) {
            export();
        } else if (dice < 15) {
            evalq();
        } else if (dice < 18) {
            change();
        } else if (dice < 21) {
            cancel();
        } else if (dice < 27) {
            tick();
        } else if (dice < 31) {
            accident();
        } else if (dice < 33) {
            silence();
        } else if (dice < 35) {
            move();
        } else if (dice < 36) {
            hold();
        } else if (dice < 37) {
            sayAgain();
        } else if (dice < 43) {
            pick(worker -> !worker.runs().isEmpty(), this::nest);
        } else if (dice < 73) {
            pick(worker -> worker.canStep(calm), worker -> worker.step(calm));
        } else {
            pick(worker -> !worker.outbox.isEmpty() && !worker.cutOff, this::listen);
        }
    }

    private void comeToRest() {
        calm = true;
        held.forEach(job -> tell(new Event.Hold(job, false)));
        held.clear();
        promises.workers().forEach(ModelWorker::goOn);
        long since = now;
        decidedAt = now;
        for (int i = 0; i < 20_000; i++) {
            beat();
            List<ModelWorker> busy = promises.workers().stream()
                    .filter(worker -> !worker.isIdle())
                    .toList();
            if (!busy.isEmpty()) {
                ModelWorker worker = busy.get(random.nextInt(busy.size()));
                if (worker.outbox.isEmpty() || worker.cutOff) {
                    worker.step(true);
                } else {
                    listen(worker);
                }
            } else if (wakeAt != Long.MAX_VALUE && now - decidedAt <= LONGEST_PAUSE) {
                now = Math.max(now, Math.min(wakeAt, now + LeasePromises.HEARTBEAT));
                if (now >= wakeAt) {
                    ring();
                }
                promises.leases().checkInTime(promises.workers(), now - since);
            } else {
                calm = false;
                return;
            }
        }
        throw new AssertionError("the pool does not come to rest");
    }

    private void pick(Predicate<ModelWorker> which, Consumer<ModelWorker> action) {
        List<ModelWorker> some = promises.workers().stream().filter(which).toList();
        if (!some.isEmpty()) {
            action.accept(some.get(random.nextInt(some.size())));
        }
    }

    // ---- what clients do

    private void submit() {
        Event.Submit given = newSubmit();
        boolean holds = random.nextInt(8) == 0;
        Event.Submit submit = new Event.Submit(given.job(), given.extent(), given.rules(), holds);
        if (holds) {
            held.add(submit.job());
        }
        Snapshot before = state.snapshot();
        promises.opened(
                new ModelJob(lastJob, ModelJob.Kind.TASKS, submit.rules(), size(submit, before), before.epoch()));
        tell(submit);
    }

    /** A client is slow to take its results, or has taken them. */
    private void hold() {
        List<Long> jobs = promises.open().stream().map(job -> job.id).toList();
        if (!jobs.isEmpty()) {
            long job = jobs.get(random.nextInt(jobs.size()));
            boolean on = !held.remove(job) && held.add(job);
            tell(new Event.Hold(job, on));
        }
    }

    private static int size(Event.Submit submit, Snapshot before) {
        boolean everywhere = submit.rules().dealing() == Dealing.EVERY_WORKER;
        return everywhere ? (int) inService(before) : submit.extent().size();
    }

    /** A task gives the pool a job. */
    private void nest(ModelWorker worker) {
        List<Long> runs = worker.runs();
        worker.ask(runs.get(random.nextInt(runs.size())), newSubmit());
    }

    /** It ends with the chunk that it comes from, and at once if that is no more. */
    private void opened(ModelWorker worker, Event.Nested nested) {
        ModelWorker.Sent parent = nested.ref().equals(worker.known) ? worker.sent(nested.run()) : null;
        promises.opened(new ModelJob(
                nested.submit().job(),
                ModelJob.Kind.TASKS,
                nested.submit().rules(),
                size(nested.submit(), state.snapshot()),
                parent == null ? 0 : parent.job.epoch,
                parent == null ? 1 : parent.job.depth + 1));
        tell(nested);
        if (parent == null) {
            assertThat(promises.open())
                    .as("jobs of a task that is over")
                    .noneMatch(job -> job.id == nested.submit().job());
        }
    }

    private Event.Submit newSubmit() {
        Dealing dealing = Dealing.values()[random.nextInt(4)];
        int size =
                dealing == Dealing.EVERY_WORKER ? 1 : random.nextInt(5) == 0 ? random.nextInt(60) : random.nextInt(9);
        int[] ends = new int[size];
        for (int i = 0; i < size; i++) {
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + 1 + random.nextInt(random.nextInt(20) == 0 ? 60 : 8);
        }
        JobRules rules = new JobRules(
                dealing,
                random.nextInt(4),
                random.nextInt(4),
                random.nextInt(5) == 0,
                random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(2),
                random.nextInt(6) == 0 ? 50 + random.nextInt(3_000) : 0,
                random.nextBoolean());
        return new Event.Submit(++lastJob, new Extent(ends, 0, Integer.MAX_VALUE), rules);
    }

    private static long inService(Snapshot snapshot) {
        return snapshot.workers().stream()
                .filter(worker -> !worker.phase().equals("FAILED"))
                .count();
    }

    private static long up(Snapshot snapshot) {
        return snapshot.workers().stream()
                .filter(worker -> List.of("READY", "SUSPECT", "REPLAYING").contains(worker.phase()))
                .count();
    }

    private ModelEnvironment.Mode mode() {
        int dice = random.nextInt(10);
        return dice == 0
                ? ModelEnvironment.Mode.BROKEN
                : dice < 3 ? ModelEnvironment.Mode.FLAKY : ModelEnvironment.Mode.FINE;
    }

    private void export() {
        ModelEnvironment.Mode mode = mode();
        Map<String, byte[]> values = new LinkedHashMap<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            values.put(NAMES.get(random.nextInt(NAMES.size())), ModelEnvironment.bytes(mode, random.nextInt(100)));
        }
        Event.Export export = new Event.Export(++lastJob, values, timeout(mode));
        change(export, new Entry.Export(epoch() + 1, values), up(state.snapshot()), mode);
    }

    private void evalq() {
        ModelEnvironment.Mode mode = mode();
        byte[] code = ModelEnvironment.bytes(mode, random.nextInt(100));
        Event.Evalq evalq = new Event.Evalq(++lastJob, code, 0);
        waitedFor.add(lastJob);
        change(evalq, new Entry.Evalq(epoch() + 1, code), inService(state.snapshot()), mode);
    }

    private long timeout(ModelEnvironment.Mode mode) {
        return mode != ModelEnvironment.Mode.FLAKY && random.nextInt(5) == 0 ? 50 + random.nextInt(500) : 0;
    }

    private void change(Event event, Entry entry, long size, ModelEnvironment.Mode mode) {
        promises.opened(new ModelJob(lastJob, ModelJob.Kind.BROADCAST, PoolPromises.NO_RULES, (int) size, epoch()));
        promises.environment().add(entry);
        if (mode == ModelEnvironment.Mode.FLAKY) {
            flaky.put(lastJob, entry.epoch());
        }
        long before = epoch();
        tell(event);
        if (epoch() == before) {
            promises.environment().withdraw(entry.epoch());
        }
    }

    private long epoch() {
        return state.snapshot().epoch();
    }

    private void change() {
        int dice = random.nextInt(10);
        if (dice < 3) {
            init(random.nextInt(2) == 0);
        } else if (dice < 9) {
            int size = 1 + random.nextInt(4);
            promises.leave(worker -> worker.id > size);
            submitPoolJob(new Event.Resize(++lastJob, size), size);
        } else {
            submitPoolJob(new Event.Delete(++lastJob), 0);
        }
    }

    private void init(boolean restart) {
        int size = 1 + random.nextInt(4);
        if (state.snapshot().exists()) {
            promises.environment().add(new Entry.Clear(epoch() + 1));
        } else {
            promises.environment().reset();
        }
        if (restart) {
            promises.leave(worker -> true);
        }
        submitPoolJob(new Event.Init(++lastJob, size, restart), size);
    }

    private void submitPoolJob(Event event, int size) {
        promises.opened(new ModelJob(lastJob, ModelJob.Kind.POOL, PoolPromises.NO_RULES, size, epoch()));
        if (event instanceof Event.Delete) {
            promises.leave(worker -> true);
            promises.forgetSent();
        }
        tell(event);
    }

    private void cancel() {
        List<ModelJob> open = promises.open().stream()
                .filter(job -> !flaky.containsKey(job.id) && !waitedFor.contains(job.id))
                .toList();
        if (!open.isEmpty()) {
            tell(new Event.Cancel(open.get(random.nextInt(open.size())).id));
        }
    }

    // ---- what time and workers do

    private void tick() {
        if (wakeAt != Long.MAX_VALUE && random.nextInt(3) > 0) {
            now = Math.max(now, wakeAt);
        }
        ring();
    }

    private void ring() {
        wakeAt = Long.MAX_VALUE;
        tell(new Event.Tick());
    }

    private void accident() {
        switch (random.nextInt(4)) {
            case 0 -> pick(worker -> !worker.dead && worker.up, ModelWorker::crash);
            case 1 -> pick(worker -> !worker.dead, ModelWorker::stick);
            default -> pick(worker -> !worker.dead, ModelWorker::perish);
        }
    }

    /** A worker's place is needed for another, or there is a better one, or one again for those that had none. */
    private void move() {
        if (random.nextInt(3) == 0) {
            tell(new Event.Room(1 + random.nextInt(2)));
            return;
        }
        pick(worker -> worker.known != null && !worker.leaving && !worker.lossTold, worker -> {
            boolean elsewhere = random.nextInt(3) > 0;
            promises.leave(each -> each == worker);
            tell(new Event.Leave(worker.known, new Death("moves"), elsewhere));
            boolean stays = state.snapshot().workers().stream()
                    .anyMatch(view -> view.id() == worker.id
                            && List.of("READY", "SUSPECT", "REPLAYING").contains(view.phase()));
            worker.leaving = !stays;
        });
    }

    /** Workers fall silent and are heard of again; or the pool itself is frozen, and then hears its alarm first. */
    private void silence() {
        switch (random.nextInt(4)) {
            case 0 -> pick(ModelWorker::isSilent, ModelWorker::comeBack);
            case 1 -> {
                now += random.nextInt(5_000);
                ring();
            }
            default -> pick(ModelWorker::isHeard, ModelWorker::goSilent);
        }
    }

    private void beat() {
        for (ModelWorker worker : List.copyOf(promises.workers())) {
            if (worker.beats(now)) {
                tellBeat(new Event.Beat(worker.life, now, true));
            }
        }
    }

    private void tellBeat(Event.Beat beat) {
        promises.leases().hear(beat);
        tell(beat);
    }

    private void listen(ModelWorker worker) {
        boolean wordOfItsEndIsFaster = worker.outbox.peekLast() instanceof Event.Lost && random.nextInt(4) == 0;
        Event event = wordOfItsEndIsFaster ? worker.outbox.removeLast() : worker.outbox.remove();
        if (event instanceof Event.Nested nested) {
            opened(worker, nested);
            return;
        }
        said.add(event);
        promises.hear(worker, event);
        tell(event);
    }

    /** A message comes twice, or one that was never sent. */
    private void sayAgain() {
        if (random.nextInt(4) == 0) {
            pick(worker -> true, worker -> tellBeat(new Event.Beat(worker.life, now, !worker.isSilent())));
            return;
        }
        if (said.isEmpty()) {
            return;
        }
        Event event = said.get(said.size() - 1 - random.nextInt(Math.min(said.size(), 20)));
        if (event instanceof Event.Answered answer && random.nextInt(3) > 0) {
            promises.sent(answer.ref()).ifPresent(sent -> tell(forged(answer.ref(), sent)));
        } else {
            tell(event);
        }
    }

    /** An answer that is right but for one thing. */
    private Event forged(WorkerRef ref, ModelWorker.Sent sent) {
        int wrong = random.nextInt(5);
        return new Event.Answered(
                wrong == 0 ? new WorkerRef(ref.worker(), ref.incarnation() - 1) : ref,
                sent.run.run() + (wrong == 1 ? 1000 : 0),
                sent.run.job() + (wrong == 2 ? 1 : 0),
                sent.run.attempt() + (wrong == 3 ? 1 : 0),
                sent.next() + (wrong == 4 ? 1 : 0),
                wrong == 4 && !sent.counts() ? 0 : Math.min(1, sent.open()),
                0,
                new byte[3],
                wrong == 4 ? Sequel.MORE : Sequel.DONE,
                1);
    }

    // ---- what the pool decides

    private void tell(Event event) {
        note(() -> now + " " + event);
        List<Effect> effects = state.apply(event, now);
        for (Effect effect : effects) {
            note(() -> "      -> " + effect);
            promises.check(effect);
        }
        promises.checkAfter(state.snapshot());
    }

    private void note(Supplier<String> text) {
        if (trace != null) {
            trace.add(text.get());
        }
    }

    private void carryOut(Effect effect) {
        boolean routine = effect instanceof Effect.WakeAt || effect instanceof Effect.Renew;
        decidedAt = routine ? decidedAt : now;
        if (effect instanceof Effect.WakeAt wake) {
            wakeAt = wake.nanos();
        } else if (effect instanceof Effect.End end) {
            Long epoch = flaky.remove(end.job());
            if (epoch != null && promises.failedEverywhere(end, epoch)) {
                promises.environment().withdraw(epoch);
            }
        }
    }
}
