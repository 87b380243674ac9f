package io.github.clusterpool;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one client, and the outcomes of those that are to outlive it: for so long after their end, and so many bytes,
 * of which those that ended first are let go first.
 */
final class HeldJobs {
    /** Another client that has asked for a job, under a number of its own. */
    record Reader(ActorRef<JobEvent> replyTo, long number) {}

    /** One of them. */
    static final class Held {
        final long number;

        /** Another client's, which this one has asked for. */
        final boolean found;

        /** To outlive the client, as it was given. */
        final boolean detached;

        private final List<Reader> readers = new ArrayList<>();
        private final List<JobEvent> kept = new ArrayList<>();
        private int dealt = -1;
        private boolean keeps;
        private boolean ended;
        private boolean lost;
        private long endedNanos;
        private long bytes;

        private Held(long number, boolean detached, boolean found) {
            this.number = number;
            this.detached = detached;
            this.found = found;
            this.keeps = detached;
        }

        /** Whether others may have it. */
        boolean isKept() {
            return keeps;
        }

        boolean isEnded() {
            return ended;
        }

        /** Whether its outcomes, or some of them, are no more, for an earlier host had them. */
        boolean isLost() {
            return lost;
        }

        /** All that was told of it, if it is kept, but of how much was dealt only the last. */
        List<JobEvent> kept() {
            return kept;
        }

        List<Reader> readers() {
            return readers;
        }
    }

    private final long holdNanos;
    private final long mostBytes;
    private final Map<Long, Held> jobs = new LinkedHashMap<>();
    private long keptBytes;

    HeldJobs(ClusterConfig config) {
        this.holdNanos = config.hold().toNanos();
        this.mostBytes = config.holdBytes();
    }

    @Nullable
    Held get(long job) {
        return jobs.get(job);
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    /** Whether nothing is under way that is to outlive the client. */
    boolean isAllEnded() {
        return jobs.values().stream().allMatch(job -> job.ended || !job.detached);
    }

    Set<Long> numbers() {
        return jobs.keySet();
    }

    List<Held> all() {
        return List.copyOf(jobs.values());
    }

    /** A command of the client; {@code isBegun}: an earlier host has told it some outcomes. */
    Held add(PoolSupervisor.JobCommand command, boolean isBegun) {
        boolean detached =
                command instanceof PoolSupervisor.Submit submit && submit.work().detached();
        Held job = jobs.computeIfAbsent(
                command.job(), number -> new Held(number, detached, command instanceof PoolSupervisor.FindJob));
        job.lost |= isBegun && !job.ended;
        return job;
    }

    /** An earlier host had it. */
    void remember(long number, boolean detached) {
        jobs.putIfAbsent(number, new Held(number, detached, false));
    }

    /** It has ended under an earlier host. */
    void restore(HeldResults results, long nanos) {
        Held job = new Held(results.job(), true, false);
        job.lost = results.lost();
        jobs.put(results.job(), job);
        results.events().forEach(event -> keep(job, event));
        end(job, nanos);
    }

    void keep(Held job, JobEvent event) {
        if (job.keeps && !job.lost) {
            add(job, event);
        }
    }

    private void add(Held job, JobEvent event) {
        if (event instanceof JobEvent.Dealt && job.dealt >= 0) {
            job.kept.set(job.dealt, event);
            return;
        }
        job.dealt = event instanceof JobEvent.Dealt ? job.kept.size() : job.dealt;
        job.kept.add(event);
        job.bytes += HeldResults.bytes(event);
        keptBytes += HeldResults.bytes(event);
    }

    void end(Held job, long nanos) {
        job.ended = true;
        job.endedNanos = nanos;
        job.readers.clear();
        jobs.remove(job.number);
        if (job.keeps) {
            jobs.put(job.number, job); // behind those that ended before
        }
    }

    /** What there is too much of: those that ended first, or {@code last}, if all others are under way. */
    List<Held> tooMuch(Held last) {
        if (keptBytes <= mostBytes) {
            return List.of();
        }
        List<Held> over = new ArrayList<>();
        Iterator<Held> oldest = all().iterator();
        while (keptBytes > mostBytes && oldest.hasNext()) {
            Held job = oldest.next();
            if (job.ended && job != last) {
                over.add(job);
                remove(job);
            }
        }
        if (keptBytes > mostBytes) {
            over.add(last);
            forget(last);
        }
        return over;
    }

    /** Those that ended too long ago. */
    List<Held> tooOld(long nanos) {
        List<Held> over = new ArrayList<>();
        for (Held job : jobs.values()) {
            if (job.ended && nanos - job.endedNanos >= holdNanos) {
                over.add(job);
            }
        }
        over.forEach(this::remove);
        return over;
    }

    /** Those that are not to outlive their client, which has never come. */
    void removeAttached() {
        jobs.values().removeIf(job -> !job.detached && !job.ended);
    }

    /** It goes on, but nobody else can have it. */
    private void forget(Held job) {
        keptBytes -= job.bytes;
        job.bytes = 0;
        job.kept.clear();
        job.keeps = false;
    }

    void remove(Held job) {
        forget(job);
        jobs.remove(job.number);
    }

    /** Until the next of them may have been held for long enough. */
    long nextNanos(long nanos) {
        return jobs.values().stream()
                .mapToLong(job -> job.ended ? job.endedNanos + holdNanos - nanos : holdNanos)
                .min()
                .orElse(holdNanos);
    }
}
