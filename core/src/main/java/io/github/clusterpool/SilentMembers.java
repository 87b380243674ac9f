package io.github.clusterpool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides which members of a cluster have been silent for so long that they are to be removed. */
final class SilentMembers<A> {
    private final Map<A, Long> since = new HashMap<>();

    /**
     * Looks at what is so now.
     *
     * @param silent those from whom nobody on this side has heard, with how long each is to be borne
     */
    List<A> overdue(long nanos, Map<A, Duration> silent) {
        since.keySet().retainAll(silent.keySet());
        List<A> overdue = new ArrayList<>();
        silent.forEach((member, patience) -> {
            if (nanos - since.computeIfAbsent(member, each -> nanos) >= patience.toNanos()) {
                overdue.add(member);
            }
        });
        return overdue;
    }
}
