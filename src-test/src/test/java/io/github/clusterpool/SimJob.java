package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Loss;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A job as its client knows it: takes in what the pool says and sees that none of it breaks a promise. */
final class SimJob {
    private final Simulation sim;
    private final long id;
    private final String verb;
    private final List<SimTask.Item> items;
    private final JobOptions.Chosen options;
    private final Results<Object> results;
    private final int changesBefore;
    private final BitSet told = new BitSet();
    private final Map<Integer, SimTask.Answer> answers = new HashMap<>();
    private int failures;
    private int size;
    private Ending ending;
    private boolean cancelled;

    SimJob(Simulation sim, String verb, List<SimTask.Item> items, JobOptions.Chosen options, long id) {
        this.sim = sim;
        this.id = id;
        this.verb = verb;
        this.items = items;
        this.options = options;
        this.changesBefore = sim.history.size();
        this.results = verb.equals("lapply")
                ? sim.codec.results(Simulation.POOL, items)
                : sim.codec.results(Simulation.POOL, verb);
    }

    long id() {
        return id;
    }

    int retries() {
        return options.retries();
    }

    /** How many changes of state the supervisor heard of before this job. */
    int changesBefore() {
        return changesBefore;
    }

    /** Null while the job goes on. */
    Ending ending() {
        return ending;
    }

    int size() {
        return size;
    }

    int failures() {
        return failures;
    }

    boolean hasEnded() {
        return ending != null;
    }

    void cancelled() {
        cancelled = true;
    }

    Map<Integer, SimTask.Answer> answers() {
        return answers;
    }

    void add(JobEvent event) {
        if (ending != null) {
            violated("was told %s after its end", event);
            return;
        }
        results.add(event);
        if (event instanceof JobEvent.Outcomes outcomes) {
            onOutcomes(outcomes);
        } else if (event instanceof JobEvent.Failed failed) {
            onFailed(failed);
        } else if (event instanceof JobEvent.Ended ended) {
            onEnded(ended);
        }
    }

    private void onOutcomes(JobEvent.Outcomes outcomes) {
        List<Object> decoded = outcomes.bytes().length == 0
                ? Collections.nCopies(outcomes.count(), null)
                : sim.codec.outcomes(outcomes.bytes(), outcomes.count());
        int failed = 0;
        for (int i = 0; i < decoded.size(); i++) {
            tellOnce(outcomes.first() + i);
            if (decoded.get(i) instanceof Failure failure) {
                failed++;
                onFailure(outcomes.first() + i, failure);
            } else {
                onValue(outcomes.first() + i, decoded.get(i));
            }
        }
        failures += failed;
        if (failed != outcomes.failed() && outcomes.bytes().length > 0) {
            violated("was told of %d failures among %s", outcomes.failed(), decoded);
        }
    }

    private void tellOnce(int index) {
        if (told.get(index)) {
            violated("got a second outcome of task %d", index);
        }
        told.set(index);
    }

    private void onValue(int index, Object value) {
        if (value instanceof SimTask.Answer answer) {
            answers.put(index, answer);
            checkAnswer(index, answer);
        } else if (!items.isEmpty() || (value != null && !(value instanceof Long))) {
            violated("got %s for task %d", value, index);
        }
    }

    private void checkAnswer(int index, SimTask.Answer answer) {
        SimLedger.Start start = sim.ledger.find(answer);
        if (answer.job() != id || answer.index() != index || start == null) {
            violated("got for task %d what was made for another: %s", index, answer);
        } else if (answer.value() != SimTask.value(start.item(), start.seen())
                || (start.item().act() == SimTask.Act.THROW
                        && answer.attempt() <= start.item().badAttempts())) {
            violated("got a wrong value for task %d: %s", index, answer);
        } else if (sim.link.lastAttempt(id, index) > answer.attempt()) {
            violated("got a stale answer for task %d: %s", index, answer);
        }
    }

    private void onFailure(int index, Failure failure) {
        boolean late = failure.kind() == Failure.Kind.TASK_TIMEOUT && options.taskTimeout() != null;
        boolean expected = items.isEmpty()
                ? String.valueOf(failure.text()).equals(SimTask.EVALQ_FAILED)
                : failure.describe().contains(SimTask.thrownBy(id, index));
        if (!late && !expected) {
            violated("has a failure that nobody caused, of task %d: %s", index, failure.describe());
        }
    }

    private void onFailed(JobEvent.Failed failed) {
        for (int i = failed.first(); i < failed.first() + failed.count(); i++) {
            tellOnce(i);
        }
        failures += failed.count();
        if (sim.plan.isCalm() && failed.loss().kind() != Loss.Kind.TASK_TIMEOUT) {
            violated("lost tasks %d-%d in a pool that lost nothing", failed.first(), failed.first() + failed.count());
        }
    }

    private void onEnded(JobEvent.Ended ended) {
        ending = ended.ending();
        size = ended.size();
        if (ending instanceof Ending.Completed) {
            onCompleted();
        } else if (ending instanceof Ending.Cancelled && !cancelled) {
            violated("ended as cancelled, and nobody had cancelled it");
        } else if (ending instanceof Ending.TimedOut && options.timeout() == null) {
            violated("timed out without a timeout");
        }
    }

    private void onCompleted() {
        boolean cutShort = options.failFast() && failures > 0;
        boolean hasOutcomes = !items.isEmpty() || verb.equals("evalq");
        if (hasOutcomes && told.cardinality() != size && !cutShort) {
            violated("ended with %d of %d outcomes", told.cardinality(), size);
        }
        if (verb.equals("lapply") && size != items.size()) {
            violated("ended with %d tasks instead of %d", size, items.size());
        }
        if (hasOutcomes) {
            checkResults();
        }
    }

    private void checkResults() {
        try {
            List<Object> values = results.get();
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) instanceof SimTask.Answer && !values.get(i).equals(answers.get(i))) {
                    violated("has %s as result %d instead of %s", values.get(i), i, answers.get(i));
                }
            }
            if (failures > 0) {
                violated("ended well with %d failures", failures);
            }
        } catch (PoolException e) {
            if (failures == 0) {
                violated("failed without a failure: %s", e.getMessage());
            }
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // that annotation is in no library that we use
    private void violated(String what, Object... args) {
        sim.violated("job " + id + " (" + verb + ") " + String.format(what, args));
    }

    @Override
    public String toString() {
        return "job " + id + " (" + verb + " of " + items.size() + ", " + options + ", told " + told.cardinality()
                + (cancelled ? ", cancelled" : "") + ")";
    }
}
