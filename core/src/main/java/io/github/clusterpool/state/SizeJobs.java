package io.github.clusterpool.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The jobs that wait for workers to come or go: {@code init}, {@code resize} and {@code delete}. */
final class SizeJobs {
    private final Roster roster;
    private final List<Effect> effects;
    private final int least;
    private final List<Long> inits = new ArrayList<>();
    private final Map<Long, Integer> resizes = new LinkedHashMap<>();
    private final List<Long> deletes = new ArrayList<>();

    /** {@code least} workers must be ready before {@code init} ends. */
    SizeJobs(Roster roster, List<Effect> effects, int least) {
        this.roster = roster;
        this.effects = effects;
        this.least = least;
    }

    void addInit(long job) {
        inits.add(job);
    }

    void addResize(long job, int size) {
        resizes.put(job, size);
    }

    void addDelete(long job) {
        deletes.add(job);
    }

    private int least() {
        return Math.min(least, roster.size());
    }

    /** Ends them if there are enough workers; true if some ended. */
    boolean settleInits() {
        boolean settled = !inits.isEmpty() && roster.readyCount() > 0 && roster.readyCount() >= least();
        if (settled) {
            endInits(new Ending.Completed());
        }
        return settled;
    }

    /** Whether some wait for more workers than can still come. */
    boolean lacksWorkers() {
        return !inits.isEmpty() && roster.inServiceCount() < least();
    }

    /** Why that is so. */
    Ending tooFew(WorkerSlot slot, Death death) {
        return roster.inServiceCount() == 0
                ? new Ending.StartFailed(death.inFull())
                : new Ending.StartFailed("was worker " + slot.id + " of the " + least()
                        + " that must be ready (clusterpool.min-workers), " + roster.inServiceCount()
                        + " can be; it " + death.inFull());
    }

    void endInits(Ending ending) {
        inits.forEach(job -> end(job, ending));
        inits.clear();
    }

    void settleResizes() {
        resizes.entrySet().removeIf(resize -> {
            boolean settled = roster.size() != resize.getValue()
                    || roster.slots().stream().allMatch(slot -> slot.isReady() || slot.isFailed());
            if (settled && roster.leavingCount() == 0) {
                end(resize.getKey(), resized());
                return true;
            }
            return false;
        });
    }

    private Ending resized() {
        for (WorkerSlot slot : roster.slots()) {
            if (slot.isFailed() && slot.death != null) {
                return new Ending.StartFailed(slot.death.inFull());
            }
        }
        return new Ending.Completed();
    }

    void settleDeletes() {
        if (roster.leavingCount() == 0) {
            deletes.forEach(job -> effects.add(new Effect.End(job, 0, new Ending.Completed())));
            deletes.clear();
        }
    }

    /** All but those that end the pool. */
    void endAll(Ending ending) {
        endInits(ending);
        resizes.keySet().forEach(job -> end(job, ending));
        resizes.clear();
    }

    private void end(long job, Ending ending) {
        effects.add(new Effect.End(job, ending instanceof Ending.Completed ? roster.size() : 0, ending));
    }
}
