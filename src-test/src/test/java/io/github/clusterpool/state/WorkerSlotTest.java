package io.github.clusterpool.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WorkerSlotTest {
    private static TaskJob job() {
        Extent one = new Extent(new int[] {10}, 0, Integer.MAX_VALUE);
        return new TaskJob(1, one, new JobRules(Dealing.ROUND_ROBIN, 1, 0, false, 0, 0, false), 0, List.of());
    }

    @Test
    void view_whateverChanges_tellsOfItAndIsTheSameUntilThen() {
        List<Consumer<WorkerSlot>> changes = List.of(
                slot -> slot.phase = WorkerSlot.Phase.READY,
                slot -> slot.suspect = true,
                slot -> slot.node = "there",
                slot -> slot.pid = 7,
                slot -> slot.restarts++,
                slot -> slot.tasksDone++,
                slot -> slot.add(new Flight(1, job(), slot, new Chunk(0, 1), 0, false)),
                slot -> slot.death = new Death("was lost"));
        WorkerSlot slot = new WorkerSlot(1, 1);
        Snapshot.WorkerView last = slot.view();

        for (Consumer<WorkerSlot> change : changes) {
            change.accept(slot);
            Snapshot.WorkerView now = slot.view();

            assertThat(now).isNotEqualTo(last).isEqualTo(Snapshot.WorkerView.of(slot));
            assertThat(slot.view()).isSameAs(now);
            last = now;
        }
    }
}
