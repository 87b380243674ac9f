package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(new PoolConfig.Limits(10, 1_000));

    private static JobEvent outcomes(int count, int bytes) {
        return new JobEvent.Outcomes(1, 1, 0, count, 0, new byte[bytes], 1);
    }

    @Test
    void add_beforeAnyIsSaid_isFullBeyondTheLimitOfBytes() {
        assertThat(backlog.add(outcomes(1, 1_000))).isFalse();
        assertThat(backlog.isFull()).isFalse();

        assertThat(backlog.add(outcomes(1, 1))).isTrue();
        assertThat(backlog.isFull()).isTrue();
    }

    @Test
    void add_manyTasks_isFullBeyondTheirLimit() {
        assertThat(backlog.add(outcomes(11, 11))).isTrue();
        assertThat(backlog.isFull()).isTrue();
    }

    @Test
    void taken_halfOfIt_isNoLongerFull() {
        for (int i = 1; i <= 3; i++) {
            backlog.add(outcomes(1, 400));
            backlog.said(i, outcomes(1, 400));
        }

        assertThat(backlog.taken(1)).isFalse();
        assertThat(backlog.isFull()).isTrue();
        assertThat(backlog.taken(2)).isTrue();
        assertThat(backlog.isFull()).isFalse();
    }

    @Test
    void drop_whatNobodyWillSay_isNoLongerFull() {
        backlog.add(outcomes(1, 1_200));

        assertThat(backlog.drop(outcomes(1, 1_200))).isTrue();
        assertThat(backlog.isFull()).isFalse();
    }

    @Test
    void close_nobodyIsThere_isNeverFullAgain() {
        backlog.add(outcomes(1, 1_200));

        assertThat(backlog.close()).isTrue();
        assertThat(backlog.add(outcomes(1, 5_000))).isFalse();
        assertThat(backlog.isFull()).isFalse();
    }
}
