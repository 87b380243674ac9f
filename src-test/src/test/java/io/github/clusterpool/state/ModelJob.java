package io.github.clusterpool.state;

/** A job as its caller sees it. */
final class ModelJob {
    /** Which event made it. */
    enum Kind {
        TASKS,
        BROADCAST,
        POOL
    }

    final long id;
    final Kind kind;
    final JobRules rules;
    final int size;
    final long epoch;
    /** How many jobs it is nested in. */
    final int depth;

    final boolean[] told;
    /** How often each task was lost with a worker that may have run it. */
    final int[] deaths;

    /** How often each task was lost, or failed and was to be tried again. */
    final int[] tries;

    int tellings;
    int failures;
    boolean succeeded;
    boolean ended;

    /** Was told to stop; its caller hears of the end when nothing of it runs any more. */
    boolean halting;

    ModelJob(long id, Kind kind, JobRules rules, int size, long epoch) {
        this(id, kind, rules, size, epoch, 0);
    }

    ModelJob(long id, Kind kind, JobRules rules, int size, long epoch, int depth) {
        this.depth = depth;
        this.id = id;
        this.kind = kind;
        this.rules = rules;
        this.size = size;
        this.epoch = epoch;
        this.told = new boolean[size];
        this.deaths = new int[size];
        this.tries = new int[size];
    }

    int open() {
        return size - tellings;
    }
}
