package io.github.clusterpool;

import io.github.clusterpool.state.Ending;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The changes of state in the order in which the supervisor was told of them, and what tasks may see of them. */
final class SimHistory {
    /** Stands for a variable that is not set. */
    private static final Long UNSET = Long.MIN_VALUE;

    /**
     * A change.
     *
     * @param values by name; none: everything is cleared
     */
    private record Change(SimJob job, Map<String, Long> values) {}

    private final List<Change> changes = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();

    /** How many changes there have been. */
    int size() {
        return changes.size();
    }

    void sets(SimJob job, Map<String, Long> values) {
        changes.add(new Change(job, values));
        names.addAll(values.keySet());
    }

    void clears(SimJob job) {
        changes.add(new Change(job, Map.of()));
    }

    /** What is wrong with that as the environment of a task of that job; null for nothing. */
    String wrong(Map<String, Long> seen, SimJob job) {
        for (String name : seen.keySet()) {
            if (!names.contains(name)) {
                return "sees " + name + ", which nobody has set";
            }
        }
        for (String name : names) {
            Set<Long> allowed = allowed(name, job.changesBefore());
            if (!allowed.contains(seen.getOrDefault(name, UNSET))) {
                return "must see " + name + " as one of " + allowed + ", sees " + seen.get(name);
            }
        }
        return together(seen);
    }

    /** Names that are only ever set together. */
    private static String together(Map<String, Long> seen) {
        for (Map.Entry<String, Long> one : seen.entrySet()) {
            String name = one.getKey();
            String other = "y" + name.substring(1);
            if (name.startsWith("x") && !one.getValue().equals(seen.get(other))) {
                return "must see " + name + " and " + other + " together, sees " + seen;
            }
        }
        return null;
    }

    /** Goes back to the last change that certainly happened; those in between may have. */
    private Set<Long> allowed(String name, int before) {
        Set<Long> allowed = new HashSet<>();
        for (int i = before - 1; i >= 0; i--) {
            Change change = changes.get(i);
            if (change.values().isEmpty()) {
                allowed.add(UNSET);
                return allowed;
            }
            Long value = change.values().get(name);
            if (value != null && mayHaveHappened(change.job())) {
                allowed.add(value);
                if (hasHappened(change.job())) {
                    return allowed;
                }
            }
        }
        allowed.add(UNSET);
        return allowed;
    }

    private static boolean mayHaveHappened(SimJob job) {
        return !(job.ending() instanceof Ending.Missing);
    }

    private static boolean hasHappened(SimJob job) {
        return job.ending() instanceof Ending.Completed && !mayBeTakenBack(job);
    }

    /** It failed on all workers that its caller heard of; workers that came later may have managed. */
    private static boolean mayBeTakenBack(SimJob job) {
        return job.size() > 0 && job.failures() == job.size();
    }
}
