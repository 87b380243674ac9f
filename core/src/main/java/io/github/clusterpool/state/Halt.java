package io.github.clusterpool.state;

/**
 * What it took to stop a job that was under way, in chunks.
 *
 * @param flagged stopped when they were told, before they were interrupted
 * @param interrupted stopped when they were interrupted
 * @param replaced did not stop in time: their worker was replaced, its JVM killed or its thread abandoned
 */
public record Halt(int flagged, int interrupted, int replaced) {
    /** Nothing ran. */
    public static final Halt NONE = new Halt(0, 0, 0);

    Halt plus(Sequel how) {
        return switch (how) {
            case FLAGGED -> new Halt(flagged + 1, interrupted, replaced);
            case INTERRUPTED -> new Halt(flagged, interrupted + 1, replaced);
            default -> this;
        };
    }

    Halt plusReplaced() {
        return new Halt(flagged, interrupted, replaced + 1);
    }
}
