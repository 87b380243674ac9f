package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Dealing;
import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.JobRules;
import io.github.clusterpool.wire.Slices;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class HeldJobsTest {
    private static final ActorTestKit KIT = ActorTestKit.create("held-jobs");
    private static final long HOLD = Duration.ofSeconds(60).toNanos();

    private final HeldJobs jobs = new HeldJobs(
            LivePool.config("cluster { hold = 60s, hold-bytes = 400 }").cluster());

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private HeldJobs.Held job(long number, boolean detached, boolean begun) {
        Slices none = new Slices(new byte[0], new byte[0], new int[] {0});
        JobRules rules = new JobRules(Dealing.ROUND_ROBIN, 0, 3, false, 0, 0, false);
        Work work = new Work(new byte[0], 1, none, rules, 0, new byte[0], 0, null, detached);
        return jobs.add(new PoolSupervisor.Submit(number, work, KIT.system().ignoreRef()), begun);
    }

    private static JobEvent.Outcomes outcomes(long job, int bytes) {
        return new JobEvent.Outcomes(job, 1, 0, 1, 0, new byte[bytes], 0);
    }

    private HeldJobs.Held ended(long number, int bytes, long nanos) {
        HeldJobs.Held job = job(number, true, false);
        jobs.keep(job, outcomes(number, bytes));
        jobs.end(job, nanos);
        return job;
    }

    @Test
    void end_notDetached_isForgotten() {
        jobs.end(job(1, false, false), 0);

        assertThat(jobs.isEmpty()).isTrue();
    }

    @Test
    void tooOld_someEndedLongAgo_letsThoseGo() {
        HeldJobs.Held old = ended(1, 10, 0);
        HeldJobs.Held young = ended(2, 10, 5);
        HeldJobs.Held open = job(3, true, false);

        assertThat(jobs.tooOld(HOLD - 1)).isEmpty();
        assertThat(jobs.nextNanos(HOLD - 1)).isEqualTo(1);
        assertThat(jobs.tooOld(HOLD)).containsExactly(old);
        assertThat(jobs.all()).containsExactlyInAnyOrder(young, open);
        assertThat(jobs.nextNanos(HOLD)).isEqualTo(5);
    }

    @Test
    void tooMuch_moreThanTheLimit_letsThoseGoThatEndedFirst() {
        HeldJobs.Held late = job(1, true, false);
        HeldJobs.Held first = ended(2, 60, 0);
        jobs.keep(late, outcomes(1, 80));
        jobs.end(late, 1);
        assertThat(jobs.tooMuch(late)).isEmpty();

        HeldJobs.Held last = ended(3, 5, 2);

        assertThat(jobs.tooMuch(last)).containsExactly(first);
        assertThat(jobs.all()).containsExactly(late, last);
    }

    @Test
    void tooMuch_byItself_isNotKeptButStaysUnderWay() {
        HeldJobs.Held open = job(1, true, false);
        jobs.keep(open, outcomes(1, 273));

        assertThat(jobs.tooMuch(open)).containsExactly(open);
        assertThat(open.isKept()).isFalse();
        assertThat(jobs.get(1)).isSameAs(open);
        assertThat(jobs.tooMuch(open)).isEmpty();
    }

    @Test
    void keep_earlierHostHadSome_isLost() {
        HeldJobs.Held job = job(1, true, true);
        jobs.keep(job, outcomes(1, 10));

        assertThat(job.isLost()).isTrue();
        assertThat(job.kept()).isEmpty();
    }

    @Test
    void restore_resultsOfAnEarlierHost_areThereForSoLong() {
        JobEvent.Ended end = new JobEvent.Ended(7, 1, new Ending.Completed(), PoolStatus.none("p"));
        HeldResults results = new HeldResults("session", 7, List.of(outcomes(7, 10), end), false);

        jobs.restore(results, 3);

        HeldJobs.Held job = jobs.get(7);
        assertThat(job.isEnded()).isTrue();
        assertThat(job.kept()).isEqualTo(results.events());
        assertThat(jobs.tooOld(HOLD + 3)).containsExactly(job);
        assertThat(results.copy(2 * 128 + 10)).isSameAs(results);
        assertThat(results.copy(2 * 128 + 9)).isEqualTo(new HeldResults("session", 7, List.of(), true));
    }

    @Test
    void keep_eventsWithoutContent_takeTheirPlaceToo() {
        HeldJobs.Held open = job(1, true, false);
        for (int i = 0; i < 3; i++) {
            jobs.keep(open, outcomes(1, 0));
        }
        assertThat(jobs.tooMuch(open)).isEmpty();

        jobs.keep(open, outcomes(1, 0));

        assertThat(jobs.tooMuch(open)).containsExactly(open);
    }

    @Test
    void keep_dealtAgainAndAgain_onlyTheLastIsKept() {
        HeldJobs.Held open = job(1, true, false);
        JobEvent.Outcomes between = outcomes(1, 1);

        jobs.keep(open, new JobEvent.Dealt(1, 2));
        jobs.keep(open, between);
        jobs.keep(open, new JobEvent.Dealt(1, 3));
        jobs.keep(open, new JobEvent.Dealt(1, 4));

        assertThat(open.kept()).containsExactly(new JobEvent.Dealt(1, 4), between);
    }
}
