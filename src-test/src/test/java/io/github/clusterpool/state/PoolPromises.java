package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Keeps its own books of what a pool was told and has decided, and holds both against what it promises. */
final class PoolPromises {
    static final JobRules NO_RULES = new JobRules(Dealing.ROUND_ROBIN, 0, 0, false, 0, 0, false);

    private final PoolSettings settings;
    private final Random random;
    private final Consumer<Effect> carryOut;
    private final ModelEnvironment environment = new ModelEnvironment();
    private final LeasePromises leases;
    private final Map<Long, ModelJob> open = new LinkedHashMap<>();
    private final Set<Long> ended = new HashSet<>();
    private final Map<Long, ModelWorker> workers = new LinkedHashMap<>();
    private final Set<Long> succeeded = new HashSet<>();
    private final Set<Long> failed = new HashSet<>();
    private final Set<Long> asked = new HashSet<>();
    private Effect expected;
    private long epoch;
    private long generation;

    PoolPromises(PoolSettings settings, Random random, Consumer<Effect> carryOut) {
        this.settings = settings;
        this.leases = new LeasePromises(settings);
        this.random = random;
        this.carryOut = carryOut;
    }

    ModelEnvironment environment() {
        return environment;
    }

    LeasePromises leases() {
        return leases;
    }

    Collection<ModelWorker> workers() {
        return workers.values();
    }

    Collection<ModelJob> open() {
        return open.values();
    }

    void opened(ModelJob job) {
        open.put(job.id, job);
    }

    /** These serve no more, whatever they still finish. */
    void leave(Predicate<ModelWorker> which) {
        workers.values().stream().filter(which).forEach(worker -> worker.leaving = true);
    }

    void forgetSent() {
        workers.values().forEach(worker -> worker.sent.clear());
    }

    Optional<ModelWorker.Sent> sent(WorkerRef ref) {
        ModelWorker worker = workers.get(ref.start());
        return worker == null || !ref.equals(worker.known)
                ? Optional.empty()
                : worker.sent.stream().skip(random.nextInt(2)).findFirst();
    }

    // ---- what the pool is told

    void hear(ModelWorker worker, Event event) {
        if (event instanceof Event.Up up) {
            hearUp(worker, up);
        } else if (event instanceof Event.Applied applied) {
            hearApplied(worker, applied);
        } else if (event instanceof Event.Answered answer && answer.ref().equals(worker.known)) {
            hearAnswer(worker, answer);
        } else if (event instanceof Event.Stuck stuck && stuck.ref().equals(worker.known)) {
            hearStuck(worker, stuck);
        } else if (event instanceof Event.Lost) {
            worker.lossTold = true;
            worker.known = null;
            worker.lose();
        }
    }

    private void hearUp(ModelWorker worker, Event.Up up) {
        boolean later = worker.known == null || up.ref().incarnation() > worker.known.incarnation();
        if (worker.leaving || worker.lossTold || !later) {
            return;
        }
        worker.lose();
        worker.known = up.ref();
        worker.unacked.clear();
    }

    private void hearApplied(ModelWorker worker, Event.Applied applied) {
        if (applied.ref().equals(worker.known)) {
            worker.unacked.remove(applied.epoch());
            if (!worker.leaving) {
                (applied.failed() ? failed : succeeded).add(applied.epoch());
            }
        }
    }

    private void hearAnswer(ModelWorker worker, Event.Answered answer) {
        ModelWorker.Sent sent = worker.sent(answer.run());
        if (sent == null) {
            return;
        }
        if (answer.sequel() == Sequel.REST) {
            sent.givenBack += sent.counts() ? answer.count() : 0;
            asked.remove(answer.run());
            return;
        }
        boolean again = answer.sequel() == Sequel.AGAIN && sent.run.attempt() <= sent.job.rules.retries();
        if (sent.counts() && again) {
            sent.answered++;
            sent.job.tries[answer.first()]++;
        } else if (sent.counts() && answer.count() > 0) {
            expected = new Effect.Deliver(
                    answer.job(),
                    worker.id,
                    answer.first(),
                    answer.count(),
                    answer.failed(),
                    answer.outcomes(),
                    answer.nanos());
            sent.answered += answer.count();
            sent.job.failures += answer.failed();
        }
        if (answer.sequel().isLast()) {
            worker.sent.remove(sent);
        }
    }

    private void hearStuck(ModelWorker worker, Event.Stuck stuck) {
        ModelWorker.Sent sent = worker.sent(stuck.run());
        if (sent != null && sent.counts() && stuck.index() == sent.next()) {
            expected = new Effect.Fail(
                    sent.job.id,
                    sent.next(),
                    1,
                    new Loss(Loss.Kind.TASK_TIMEOUT, worker.id, sent.run.attempt(), stuck.reason()));
            sent.failed = true;
        } else if (sent != null && !sent.counts()) {
            sent.failed = true;
        }
    }

    // ---- what the pool decides

    void check(Effect effect) {
        leases.check(effect, addressee(effect));
        if (effect instanceof Effect.Start start) {
            checkStart(start);
        } else if (effect instanceof Effect.Stop stop) {
            checkStop(stop);
        } else if (effect instanceof Effect.Apply apply) {
            apply.refs().forEach(ref -> checkApply(ref, apply));
        } else if (effect instanceof Effect.Run run) {
            checkRun(run);
        } else if (effect instanceof Effect.CancelRuns cancel) {
            open.get(cancel.job()).halting = true;
            workers.get(cancel.ref().start()).cancel(cancel.job());
        } else if (effect instanceof Effect.Recall recall) {
            checkRecall(recall);
        } else if (effect instanceof Effect.Deliver deliver) {
            checkDeliver(deliver);
        } else if (effect instanceof Effect.Fail fail) {
            checkFail(fail);
        } else if (effect instanceof Effect.End end) {
            checkEnd(end);
        }
        carryOut.accept(effect);
    }

    private ModelWorker addressee(Effect effect) {
        WorkerRef ref = effect instanceof Effect.Stop stop
                ? stop.ref()
                : effect instanceof Effect.Renew renew ? renew.ref() : null;
        return ref == null ? null : workers.get(ref.start());
    }

    private void checkStart(Effect.Start start) {
        for (ModelWorker worker : workers.values()) {
            assertThat(worker.id != start.ref().worker() || worker.leaving || worker.lossTold)
                    .as("worker %s is there only once", worker.id)
                    .isTrue();
        }
        ModelWorker before = workers.put(start.ref().start(), new ModelWorker(start.ref(), random));
        assertThat(before).as("a start is used once").isNull();
    }

    private void checkStop(Effect.Stop stop) {
        ModelWorker worker = workers.get(stop.ref().start());
        assertThat(worker).as("only what was started is stopped").isNotNull();
        worker.leaving = true;
        worker.killed |= stop.force();
        if (stop.force()) {
            worker.lose();
        }
        if (!worker.dead) {
            worker.die();
        }
    }

    private void checkApply(WorkerRef ref, Effect.Apply apply) {
        ModelWorker worker = serving(ref);
        if (!worker.unacked.isEmpty()) {
            assertThat(apply.entry().epoch()).as("entries in order").isGreaterThan(worker.unacked.peekLast());
        }
        worker.unacked.add(apply.entry().epoch());
        if (!worker.dead && worker.life.equals(ref)) {
            worker.inbox.add(new Effect.Apply(List.of(ref), apply.entry(), apply.floor()));
        }
    }

    private ModelWorker known(WorkerRef ref) {
        ModelWorker worker = workers.get(ref.start());
        assertThat(worker.known).as("the life the pool knows of").isEqualTo(ref);
        return worker;
    }

    private ModelWorker serving(WorkerRef ref) {
        ModelWorker worker = known(ref);
        assertThat(worker.leaving).as("%s leaves", ref).isFalse();
        return worker;
    }

    private void checkRun(Effect.Run run) {
        ModelWorker worker = serving(run.ref());
        ModelJob job = open.get(run.job());
        assertThat(job).as("only open jobs run").isNotNull();
        assertThat(run.epoch()).isEqualTo(job.epoch);
        assertThat(run.floor()).as("nothing it may read is forgotten").isLessThanOrEqualTo(job.epoch);
        assertThat(worker.unacked.stream().allMatch(each -> each > job.epoch))
                .as("worker %s has applied all up to epoch %s, but for %s", worker.id, job.epoch, worker.unacked)
                .isTrue();
        if (worker.life.equals(run.ref())) {
            assertThat(worker.stateAt(job.epoch)).as("what the task sees").isEqualTo(environment.at(job.epoch));
        }
        for (int i = run.first(); i < run.first() + run.count(); i++) {
            assertThat(job.told[i]).as("element %s has an outcome", i).isFalse();
            assertThat(run.attempt()).as("attempt for element %s", i).isEqualTo(job.tries[i] + 1);
        }
        assertThat(run.attempt()).isLessThanOrEqualTo(job.rules.retries() + 1);
        checkLent(run, job, worker);
        worker.sent.add(new ModelWorker.Sent(run, job));
        assertThat(worker.sent.stream().filter(sent -> !sent.run.lent()))
                .as("credit")
                .hasSizeLessThanOrEqualTo(settings.credit());
        checkConcurrency(job);
        if (!worker.dead && worker.life.equals(run.ref())) {
            if (run.lent()) {
                worker.lend(run);
            } else {
                worker.inbox.add(run);
            }
        }
    }

    /** What is nested waits behind nothing, and is dealt beside what it is nested deeper than, or nothing. */
    private void checkLent(Effect.Run run, ModelJob job, ModelWorker worker) {
        assertThat(run.lent()).isEqualTo(job.depth > 0 && !worker.sent.isEmpty());
        if (run.lent()) {
            boolean first = true;
            for (ModelWorker.Sent other : worker.sent) {
                if (first || other.run.lent()) {
                    assertThat(other.job.depth).as("depth of what runs there").isLessThan(job.depth);
                }
                first = false;
            }
        }
    }

    private void checkConcurrency(ModelJob job) {
        long there = workers.values().stream()
                .flatMap(each -> each.sent.stream())
                .filter(sent -> sent.job == job && sent.counts())
                .count();
        if (job.rules.maxConcurrency() > 0) {
            assertThat(there).as("maxConcurrency").isLessThanOrEqualTo(job.rules.maxConcurrency());
        }
    }

    /** Nothing is asked back of which nothing can wait, or that might as well wait for its own worker. */
    private void checkRecall(Effect.Recall recall) {
        ModelWorker worker = known(recall.ref());
        boolean others = false;
        for (long run : recall.runs()) {
            ModelWorker.Sent sent = worker.sent(run);
            assertThat(sent).as("run %s, asked back", run).isNotNull();
            others |= open.values().stream().anyMatch(job -> job.kind == ModelJob.Kind.TASKS && job != sent.job);
            boolean isFirst = sent == worker.sent.peek();
            assertThat(isFirst && (sent.open() == 1 || sent.job.rules.chunkSize() > 0))
                    .as("run %s has begun and cannot be shared", run)
                    .isFalse();
            assertThat(sent.job.rules.dealing()).isEqualTo(Dealing.ROUND_ROBIN);
            assertThat(asked.add(run)).as("run %s is asked back once", run).isTrue();
        }
        boolean anyFree = worker.leaving
                || workers.values().stream()
                        .anyMatch(each -> each.known != null && !each.leaving && each.sent.isEmpty());
        assertThat(anyFree || others)
                .as("somebody is free for it, or another job waits")
                .isTrue();
        worker.giveBack(recall.runs());
    }

    private void checkDeliver(Effect.Deliver deliver) {
        ModelJob job = tell(deliver.job(), deliver.first(), deliver.count());
        if (job.kind == ModelJob.Kind.BROADCAST) {
            job.succeeded |= deliver.outcomes()[0] == 0;
            job.failures += deliver.outcomes()[0];
            return;
        }
        assertThat(deliver).as("only what a worker just answered").isEqualTo(expected);
        assertThat(deliver.outcomes()).startsWith((byte) deliver.job(), (byte) deliver.first());
        expected = null;
    }

    private void checkFail(Effect.Fail fail) {
        ModelJob job = tell(fail.job(), fail.first(), fail.count());
        if (job.kind == ModelJob.Kind.TASKS) {
            job.failures += fail.count();
        }
        if (fail.loss().kind() == Loss.Kind.TASK_TIMEOUT) {
            assertThat(fail).isEqualTo(expected);
            expected = null;
        } else if (job.kind == ModelJob.Kind.TASKS && fail.loss().kind() != Loss.Kind.NO_WORKER) {
            for (int i = fail.first(); i < fail.first() + fail.count(); i++) {
                boolean poison = job.deaths[i] >= TaskJob.POISON_DEATHS;
                assertThat(fail.loss().kind() == Loss.Kind.POISON)
                        .as("element %s is poison after %s deaths", i, job.deaths[i])
                        .isEqualTo(poison);
                assertThat(job.tries[i] == job.rules.retries() + 1 || job.deaths[i] == TaskJob.POISON_DEATHS + 1)
                        .as("element %s is given up after %s tries and %s deaths", i, job.tries[i], job.deaths[i])
                        .isTrue();
                assertThat(fail.loss().deaths()).hasSize(job.deaths[i]);
            }
        }
    }

    private ModelJob tell(long id, int first, int count) {
        ModelJob job = open.get(id);
        assertThat(job).as("job %s is open", id).isNotNull();
        assertThat(count).as("nobody is told of nothing").isPositive();
        for (int i = first; i < first + count; i++) {
            assertThat(job.told[i])
                    .as("element %s of job %s was told of", i, id)
                    .isFalse();
            job.told[i] = true;
        }
        job.tellings += count;
        return job;
    }

    private void checkEnd(Effect.End end) {
        assertThat(ended.add(end.job())).as("job %s ends once", end.job()).isTrue();
        workers.values().forEach(worker -> worker.ended(end.job()));
        ModelJob job = open.remove(end.job());
        assertThat(job).isNotNull();
        if (end.ending() instanceof Ending.Cancelled || end.ending() instanceof Ending.TimedOut) {
            assertThat(stillThere(job))
                    .as("chunks of job %s, which has stopped", job.id)
                    .isZero();
        }
        job.ended = true;
        if (end.ending() instanceof Ending.Completed && job.kind != ModelJob.Kind.POOL) {
            assertThat(end.size()).isEqualTo(job.size);
            if (job.open() > 0) {
                assertThat(job.rules.failFast() && job.failures > 0)
                        .as("job %s ended with %s tasks open", job.id, job.open())
                        .isTrue();
            }
        }
        if (job.kind == ModelJob.Kind.POOL && job.size == 0) {
            assertThat(workers.values())
                    .as("all are gone when delete has ended")
                    .allMatch(worker -> !worker.leaving || worker.lossTold);
        }
        if (expected instanceof Effect.Deliver deliver && deliver.job() == job.id) {
            throw new AssertionError("job " + job.id + " ended before what it was answered");
        }
    }

    private long stillThere(ModelJob job) {
        return workers.values().stream()
                .flatMap(worker -> worker.sent.stream())
                .filter(sent -> sent.job == job && !sent.failed && sent.open() > 0)
                .count();
    }

    boolean failedEverywhere(Effect.End end, long changed) {
        return end.ending() instanceof Ending.Completed && failed.contains(changed) && !succeeded.contains(changed);
    }

    // ---- how things stand

    void checkAfter(Snapshot now) {
        leases.checkAfter(now);
        assertThat(expected).as("what the pool should have told").isNull();
        assertThat(now.epoch()).isGreaterThanOrEqualTo(epoch);
        assertThat(now.generation()).isGreaterThanOrEqualTo(generation);
        epoch = now.epoch();
        generation = now.generation();
        int running = 0;
        for (ModelWorker worker : workers.values()) {
            for (ModelWorker.Sent sent : worker.sent) {
                running += sent.counts() ? sent.open() : 0;
            }
        }
        int waiting = -running;
        for (ModelJob job : open.values()) {
            waiting += job.kind == ModelJob.Kind.TASKS && !job.halting ? job.open() : 0;
        }
        assertThat(now.running()).as("running").isEqualTo(running);
        assertThat(now.queued()).as("queued").isEqualTo(waiting);
        checkWorkers(now);
    }

    private void checkWorkers(Snapshot now) {
        for (Snapshot.WorkerView view : now.workers()) {
            for (ModelWorker worker : workers.values()) {
                if (worker.id == view.id() && !worker.leaving && !worker.lossTold) {
                    assertThat(view.running())
                            .as("chunks at worker %s", view.id())
                            .isEqualTo(worker.sent.size());
                }
            }
        }
    }

    void checkAtRest(Snapshot now) {
        List<Long> waiting = new ArrayList<>(open.keySet());
        assertThat(waiting).as("jobs that never end").isEmpty();
        assertThat(now.running()).isZero();
        assertThat(now.queued()).isZero();
        assertThat(now.leaving()).as("workers that never leave").isZero();
        for (ModelWorker worker : workers.values()) {
            assertThat(worker.sent).as("chunks that never come back").isEmpty();
        }
        for (Snapshot.WorkerView view : now.workers()) {
            assertThat(view.phase()).isIn("READY", "FAILED");
        }
    }

    void checkDeleted(Snapshot now) {
        checkAtRest(now);
        assertThat(now.exists()).isFalse();
        assertThat(workers.values()).as("workers left alive").allMatch(worker -> worker.dead);
    }
}
