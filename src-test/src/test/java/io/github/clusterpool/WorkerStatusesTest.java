package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Snapshot.WorkerView;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerStatusesTest {
    private final WorkerStatuses statuses = new WorkerStatuses();

    private static WorkerView view(int id, long done) {
        return new WorkerView(id, "READY", "here", 7, 0, done, 0, "");
    }

    @Test
    void of_oneHasChanged_tellsOfThatAndKeepsTheOther() {
        WorkerView second = view(2, 5);
        List<WorkerStatus> before = statuses.of(List.of(view(1, 0), second));

        List<WorkerStatus> after = statuses.of(List.of(view(1, 9), second));

        assertThat(after).extracting(WorkerStatus::tasksDone).containsExactly(9L, 5L);
        assertThat(after.get(1)).isSameAs(before.get(1));
        assertThat(before).extracting(WorkerStatus::tasksDone).containsExactly(0L, 5L);
    }

    @Test
    void of_moreOrFewerThanBefore_tellsOfThose() {
        WorkerView first = view(1, 0);
        statuses.of(List.of(first));

        assertThat(statuses.of(List.of(first, view(2, 0))))
                .extracting(WorkerStatus::id)
                .containsExactly(1, 2);
        assertThat(statuses.of(List.of(view(2, 3))))
                .extracting(WorkerStatus::id)
                .containsExactly(2);
        assertThat(statuses.of(List.of())).isEmpty();
    }
}
