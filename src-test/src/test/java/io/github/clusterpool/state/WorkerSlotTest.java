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

    @Test
    void running_whateverBecomesOfTheChunks_isWhatIsOpenOfThoseThatAreThere() {
        WorkerSlot slot = new WorkerSlot(1, 1);
        Flight first = new Flight(1, job(), slot, new Chunk(0, 5), 0, false);
        Flight second = new Flight(2, job(), slot, new Chunk(5, 7), 0, false);
        List<Step> steps = List.of(
                new Step("nothing is there yet", () -> first.answer(1), 0),
                new Step("one has come", () -> slot.add(first), 4),
                new Step("another one, too", () -> slot.add(second), 11),
                new Step("some have an outcome", () -> first.answer(2), 9),
                new Step("some are not begun", () -> second.giveBack(3), 6),
                new Step("nobody wants it", second::cancel, 2),
                new Step("what is gone does not count", () -> slot.remove(first), 0),
                new Step("nor what becomes of it", () -> first.answer(1), 0),
                new Step("nor if it was cancelled", () -> slot.remove(second), 0));

        for (Step step : steps) {
            step.change.run();

            assertThat(slot.running).as(step.what).isEqualTo(step.running);
        }
    }

    private record Step(String what, Runnable change, int running) {}
}
