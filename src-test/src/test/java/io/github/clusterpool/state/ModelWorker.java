package io.github.clusterpool.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** One start of one worker as it really is, beside what the pool has been told of it. */
final class ModelWorker {
    /** A chunk that the pool believes to be here. */
    static final class Sent {
        final Effect.Run run;
        final ModelJob job;
        int answered;
        int givenBack;
        boolean failed;

        Sent(Effect.Run run, ModelJob job) {
            this.run = run;
            this.job = job;
        }

        int next() {
            return run.first() + answered;
        }

        int open() {
            return run.count() - givenBack - answered;
        }

        int end() {
            return run.first() + run.count() - givenBack;
        }

        boolean counts() {
            return !job.ended && !job.halting && !failed;
        }
    }

    /** A chunk that has begun here. */
    private static final class Running {
        final Effect.Run run;
        final Set<Long> waitsFor = new HashSet<>();
        int done;
        int count;

        Running(Effect.Run run) {
            this.run = run;
            this.count = run.count();
        }
    }

    private final Random random;
    final int id;
    final long start;

    // as it is
    WorkerRef life;
    boolean up;
    boolean dead;
    final Deque<Effect> inbox = new ArrayDeque<>();
    final Deque<Event> outbox = new ArrayDeque<>();
    private final TreeMap<Long, Map<String, Long>> environment = new TreeMap<>();
    private Running current;
    private final List<Running> lent = new ArrayList<>();
    private boolean stuck;

    // what makes it silent: it does nothing, or nothing it says gets through
    private boolean frozen;
    boolean cutOff;
    private boolean wasSilent;
    private long beatAt = -LeasePromises.HEARTBEAT;

    // as the pool knows it
    WorkerRef known;
    boolean leaving;
    boolean killed;
    boolean lossTold;
    final Deque<Long> unacked = new ArrayDeque<>();
    final Deque<Sent> sent = new ArrayDeque<>();

    ModelWorker(WorkerRef ref, Random random) {
        this.random = random;
        this.id = ref.worker();
        this.start = ref.start();
        this.life = ref;
    }

    void comeUp() {
        up = true;
        outbox.add(new Event.Up(life, "node", 7));
    }

    /** The worker's own supervisor gives it another life. */
    void crash() {
        life = new WorkerRef(id, life.incarnation() + 1);
        inbox.clear();
        environment.clear();
        current = null;
        lent.clear();
        stuck = false;
        comeUp();
    }

    /** By accident; from then on nothing is heard of it but word of its end, which may be late. */
    void perish() {
        die();
        wasSilent = true;
    }

    void die() {
        dead = true;
        wasSilent = isSilent();
        frozen = false;
        cutOff = false;
        inbox.clear();
        lent.clear();
        outbox.add(new Event.Lost(life, new Death("died")));
    }

    /** When it is {@code calm}, tasks wait for their jobs as long as these take. */
    boolean canStep(boolean calm) {
        return !dead && !frozen && (!up || canTake() || !able(calm).isEmpty());
    }

    private boolean canTake() {
        return !stuck && next().isPresent();
    }

    /** Changes of state go past a task that waits for its jobs. */
    private Optional<Effect> next() {
        if (current == null) {
            return inbox.stream().findFirst();
        }
        boolean waits = running().stream().anyMatch(each -> !each.waitsFor.isEmpty());
        return waits ? inbox.stream().filter(Effect.Apply.class::isInstance).findFirst() : Optional.empty();
    }

    private List<Running> able(boolean calm) {
        return running().stream()
                .filter(each -> !(stuck && each == current) && !(calm && !each.waitsFor.isEmpty()))
                .toList();
    }

    private List<Running> running() {
        List<Running> all = new ArrayList<>(lent);
        if (current != null) {
            all.add(current);
        }
        return all;
    }

    // ---- jobs of its own tasks

    /** What may give the pool a job: the numbers of runs. */
    List<Long> runs() {
        return dead || frozen || !up || stuck
                ? List.of()
                : running().stream().map(each -> each.run.run()).toList();
    }

    void ask(long run, Event.Submit submit) {
        running().stream().filter(each -> each.run.run() == run).forEach(each -> each.waitsFor.add(submit.job()));
        outbox.add(new Event.Nested(life, run, submit));
    }

    void ended(long job) {
        running().forEach(each -> each.waitsFor.remove(job));
    }

    void lend(Effect.Run run) {
        lent.add(new Running(run));
    }

    /** Does a little of what it has to do. */
    void step(boolean calm) {
        if (!up) {
            comeUp();
            return;
        }
        List<Running> able = able(calm);
        if (canTake() && (able.isEmpty() || random.nextBoolean())) {
            Effect next = next().orElseThrow();
            inbox.removeFirstOccurrence(next);
            take(next, calm);
        } else if (!able.isEmpty()) {
            work(able.get(random.nextInt(able.size())), calm);
        }
    }

    private void take(Effect next, boolean calm) {
        if (next instanceof Effect.Apply apply) {
            boolean failed = fails(apply.entry(), calm);
            if (!failed) {
                environment.put(
                        apply.entry().epoch(),
                        ModelEnvironment.after(stateAt(apply.entry().epoch()), apply.entry()));
            }
            outbox.add(new Event.Applied(
                    life, apply.entry().epoch(), failed, failed ? "no" : "", new byte[] {(byte) (failed ? 1 : 0)}));
        } else if (next instanceof Effect.Run run) {
            current = new Running(run);
        }
    }

    private boolean fails(Entry entry, boolean calm) {
        return switch (ModelEnvironment.mode(entry)) {
            case FINE -> false;
            case FLAKY -> !calm && random.nextInt(3) == 0;
            case BROKEN -> true;
        };
    }

    private void work(Running running, boolean calm) {
        if (!running.waitsFor.isEmpty() && random.nextInt(4) > 0) {
            return;
        }
        int left = running.count - running.done;
        int dice = calm ? 0 : random.nextInt(10);
        if (dice == 9) {
            answer(running, 0, Sequel.DONE);
        } else if (dice == 8) {
            answer(running, 1, Sequel.AGAIN);
        } else if (dice >= 6) {
            answer(running, 1 + random.nextInt(left), Sequel.MORE);
        } else {
            answer(running, left, Sequel.DONE);
        }
    }

    private void answer(Running running, int count, Sequel sequel) {
        Effect.Run run = running.run;
        int failed = count > 0 && random.nextInt(4) == 0 ? 1 + random.nextInt(count) : 0;
        int first = run.first() + running.done;
        byte[] outcomes = {(byte) run.job(), (byte) first, (byte) run.attempt()};
        long nanos = random.nextInt(3) == 0 ? 10_000_000 : random.nextInt(1000);
        outbox.add(new Event.Answered(
                life, run.run(), run.job(), run.attempt(), first, count, failed, outcomes, sequel, nanos));
        running.done += count;
        if (sequel.isLast()) {
            lent.remove(running);
            current = current == running ? null : current;
        } else if (running.done == running.count) {
            answer(running, 0, Sequel.DONE);
        }
    }

    // ---- signs of life

    void goSilent() {
        frozen = random.nextBoolean();
        cutOff = !frozen;
    }

    void comeBack() {
        frozen = false;
        cutOff = false;
    }

    /** Whether the pool knows it and hears of it; silence before that is for whoever waits for it to start. */
    boolean isHeard() {
        return !dead && known != null && !isSilent();
    }

    boolean isSilent() {
        return frozen || cutOff;
    }

    /** Whether it is silent, or was when it died. */
    boolean wasSilent() {
        return dead ? wasSilent : isSilent();
    }

    boolean beats(long now) {
        boolean due = !dead && !isSilent() && now - beatAt >= LeasePromises.HEARTBEAT;
        beatAt = due ? now : beatAt;
        return due;
    }

    /** What it runs goes on although its time is up. */
    void stick() {
        if (current != null && !stuck) {
            int next = current.run.first() + current.done;
            if (current.done > 0 && random.nextInt(4) == 0) {
                // it ended while the clock was looked at
                outbox.add(new Event.Stuck(life, current.run.run(), next - 1, "stuck"));
                return;
            }
            stuck = true;
            if (random.nextBoolean()) {
                outbox.add(new Event.Stuck(life, current.run.run(), next, "stuck"));
            }
        } else if (!lent.isEmpty()) {
            Running some = lent.get(random.nextInt(lent.size()));
            outbox.add(new Event.Stuck(life, some.run.run(), some.run.first() + some.done, "stuck"));
        }
    }

    /** In the end it comes to its senses, unless it is for the pool to end it. */
    void goOn() {
        Sent run = current == null ? null : sent(current.run.run());
        stuck = stuck && (run == null || !run.counts());
    }

    /** As a worker does: what waits is answered for at once, before what runs now. */
    void cancel(long job) {
        giveBack(run -> run.job() == job);
        for (Running each : running()) {
            if (each.run.job() == job && !(stuck && each == current)) {
                answer(each, 0, random.nextBoolean() ? Sequel.FLAGGED : Sequel.INTERRUPTED);
            }
        }
    }

    /** What has not begun goes back, and half of what is left of a chunk behind the element that it is at. */
    void giveBack(long[] runs) {
        giveBack(run -> LongStream.of(runs).anyMatch(each -> each == run.run()));
        for (Running each : running()) {
            int kept = each.done + 1 + (each.count - each.done - 1) / 2;
            if (LongStream.of(runs).anyMatch(run -> run == each.run.run()) && kept < each.count) {
                tell(each.run, each.run.first() + kept, each.count - kept, Sequel.REST);
                each.count = kept;
            }
        }
    }

    private void tell(Effect.Run run, int first, int count, Sequel sequel) {
        outbox.add(
                new Event.Answered(life, run.run(), run.job(), run.attempt(), first, count, 0, new byte[0], sequel, 0));
    }

    private void giveBack(Predicate<Effect.Run> which) {
        for (Effect next : List.copyOf(inbox)) {
            if (next instanceof Effect.Run run && which.test(run)) {
                inbox.remove(next);
                tell(run, run.first(), 0, Sequel.DONE);
            }
        }
    }

    Map<String, Long> stateAt(long epoch) {
        Map.Entry<Long, Map<String, Long>> newest = environment.floorEntry(epoch);
        return newest == null ? new HashMap<>() : newest.getValue();
    }

    // ---- what the pool knows

    Sent sent(long run) {
        return sent.stream().filter(each -> each.run.run() == run).findFirst().orElse(null);
    }

    /** What was first in line ran, and what was lent; what waited behind may have begun, unless the worker itself has told otherwise. */
    void lose() {
        boolean first = true;
        boolean toldOtherwise = sent.stream().anyMatch(each -> each.failed);
        for (Sent each : sent) {
            for (int i = each.next(); each.counts() && i < each.end(); i++) {
                boolean begun = first || each.run.lent();
                each.job.deaths[i] += begun ? 1 : 0;
                each.job.tries[i] += toldOtherwise && !begun ? 0 : 1;
            }
            first = false;
        }
        sent.clear();
    }

    boolean isIdle() {
        return !canStep(true) && (outbox.isEmpty() || cutOff);
    }
}
