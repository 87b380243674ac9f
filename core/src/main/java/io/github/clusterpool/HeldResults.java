package io.github.clusterpool;

import java.util.List;

/**
 * How a job went that has ended, for whoever asks by its id.
 *
 * @param session of the client that gave it, under the number {@code job}
 * @param events all that its client was told
 * @param lost whether they are no more, for the host that had them is gone; then {@code events} is empty
 */
record HeldResults(String session, long job, List<JobEvent> events, boolean lost) implements Shelf.Item {
    /** What an event takes beside its content. */
    private static final int AROUND = 128;

    HeldResults {
        events = List.copyOf(events);
    }

    /** As another host may have it. */
    HeldResults copy(long mostBytes) {
        long bytes = events.stream().mapToLong(HeldResults::bytes).sum();
        return lost || bytes <= mostBytes ? this : new HeldResults(session, job, List.of(), true);
    }

    /** What it takes to keep that. */
    static long bytes(JobEvent event) {
        return AROUND + Backlog.bytes(event);
    }
}
