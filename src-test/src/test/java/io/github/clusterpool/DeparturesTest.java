package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Effect;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeparturesTest {
    private static final WorkerRef REF = new WorkerRef(1, 1 << 16);

    private final Departures departures = new Departures(true);

    private static Effect.Run run(long number, boolean lent) {
        return new Effect.Run(REF, number, 7, 10, 4, 1, 0, 0, lent);
    }

    private static Event.Answered answer(long run, int from, int count, Sequel sequel) {
        return new Event.Answered(REF, run, 7, 1, from, count, 0, new byte[0], sequel, 0);
    }

    @Test
    void leave_workerHasNothing_isOverAtOnce() {
        assertThat(departures.leave(REF, "n")).isEmpty();

        assertThat(departures.isOver(REF)).isTrue();
        assertThat(departures.isQuiet(REF)).isFalse();
        assertThat(departures.death(REF).reason()).isEqualTo("left with node n, which drains");
    }

    @Test
    void answered_nobodyLeaves_isAsItWas() {
        departures.holds(run(1, false));
        Event.Answered last = answer(1, 10, 4, Sequel.DONE);

        assertThat(departures.answered(last)).isSameAs(last);
        assertThat(departures.isOver(REF)).isFalse();
    }

    @Test
    void answered_lastOfAWorkerThatLeaves_countsAsIfMoreWereToCome() {
        departures.holds(run(1, false));
        assertThat(departures.leave(REF, "n")).containsExactly(1);

        Event.Answered first = departures.answered(answer(1, 10, 1, Sequel.MORE));
        Event.Answered last = departures.answered(answer(1, 11, 3, Sequel.DONE));

        assertThat(first.sequel()).isEqualTo(Sequel.MORE);
        assertThat(last.sequel()).isEqualTo(Sequel.MORE);
        assertThat(last.count()).isEqualTo(3);
        assertThat(departures.isQuiet(REF)).isTrue();
    }

    @Test
    void answered_runsBehindTheFirstAreGivenBack_onlyTheLastAnswerIsChanged() {
        departures.holds(run(1, false));
        departures.holds(run(2, false));
        departures.leave(REF, "n");

        assertThat(departures.answered(answer(2, 10, 0, Sequel.DONE)).sequel()).isEqualTo(Sequel.DONE);
        assertThat(departures.isOver(REF)).isFalse();
        assertThat(departures.answered(answer(1, 10, 4, Sequel.DONE)).sequel()).isEqualTo(Sequel.MORE);
    }

    @Test
    void holds_workerLeaves_givesBackWhatWasNotSent() {
        departures.holds(run(1, false));
        departures.leave(REF, "n");

        assertThat(departures.holds(run(2, false))).isTrue();
        assertThat(departures.holds(run(3, true))).as("lent").isFalse();
        departures.answered(answer(3, 10, 4, Sequel.DONE));
        departures.answered(answer(1, 10, 4, Sequel.DONE));

        assertThat(departures.isQuiet(REF)).isTrue();
        assertThat(departures.release(REF)).isNull();
        assertThat(departures.unsent(REF)).extracting(Event.Answered::run).isEqualTo(List.of(2L));
        assertThat(departures.isOver(REF)).isTrue();
    }

    @Test
    void release_lastAnswerGaveItsChunkBack_whatWasHeldRunsAfterAll() {
        departures.holds(run(1, false));
        departures.leave(REF, "n");
        departures.holds(run(2, false));

        Event.Answered back = departures.answered(answer(1, 10, 0, Sequel.DONE));

        assertThat(back.sequel()).isEqualTo(Sequel.DONE);
        assertThat(departures.release(REF)).isEqualTo(run(2, false));
        assertThat(departures.isOver(REF)).isFalse();
        departures.answered(answer(2, 10, 4, Sequel.DONE));
        assertThat(departures.isQuiet(REF)).isTrue();
    }

    @Test
    void begin_aNewLifeOfTheWorker_hasNothing() {
        departures.holds(run(1, false));

        departures.begin(REF);

        assertThat(departures.leave(REF, "n")).isEmpty();
        assertThat(departures.isOver(REF)).isTrue();
    }

    @Test
    void holds_poolWithoutNodesThatCanDrain_keepsNoBooks() {
        Departures none = new Departures(false);

        assertThat(none.holds(run(1, false))).isFalse();
        assertThat(none.leave(REF, "n")).isEmpty();
    }
}
