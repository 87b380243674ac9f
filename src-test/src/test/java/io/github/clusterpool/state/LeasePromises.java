package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Holds a pool to what it promises about signs of life: who beats stays, who is silent is spared, then lost in time. */
final class LeasePromises {
    static final long HEARTBEAT = 100;

    private final PoolSettings settings;
    private final Set<Integer> suspects = new HashSet<>();
    private ModelWorker stopped;

    LeasePromises(PoolSettings settings) {
        this.settings = settings;
    }

    void hear(Event.Beat beat) {
        suspects.remove(beat.ref().worker());
    }

    void check(Effect effect, ModelWorker worker) {
        if (effect instanceof Effect.Run run) {
            assertThat(suspects)
                    .as("suspect workers are dealt nothing")
                    .doesNotContain(run.ref().worker());
        } else if (effect instanceof Effect.Renew) {
            assertThat(worker.killed || worker.lossTold)
                    .as("start %s was given up", worker.start)
                    .isFalse();
        } else if (effect instanceof Effect.Stop) {
            stopped = worker;
        } else if (effect instanceof Effect.Note note && note.text().contains("has not been heard of")) {
            assertThat(stopped.wasSilent()).as("only the silent are lost").isTrue();
        }
    }

    void checkAfter(Snapshot now) {
        suspects.clear();
        now.workers().stream().filter(view -> view.phase().equals("SUSPECT")).forEach(view -> suspects.add(view.id()));
    }

    /** With alarms that ring when they are due, {@code passed} is how long nobody has come or gone silent. */
    void checkInTime(Collection<ModelWorker> workers, long passed) {
        for (ModelWorker worker : workers) {
            if (worker.isSilent() && worker.known != null && !worker.leaving) {
                assertThat(passed)
                        .as("silent worker %s is lost in time", worker.id)
                        .isLessThanOrEqualTo(settings.lostNanos() + 2 * HEARTBEAT);
                assertThat(passed <= settings.suspectNanos() + 2 * HEARTBEAT || suspects.contains(worker.id))
                        .as("silent worker %s is suspect", worker.id)
                        .isTrue();
            }
        }
    }
}
