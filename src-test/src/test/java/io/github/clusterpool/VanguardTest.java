package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VanguardTest {
    private static CompletableFuture<Void> next(Vanguard vanguard) {
        return vanguard.next().toCompletableFuture();
    }

    @Test
    void next_twoProcessors_theFirstGoesAndTheOthersWaitForIt() {
        Vanguard vanguard = new Vanguard(2);

        assertThat(next(vanguard)).isDone();
        CompletableFuture<Void> second = next(vanguard);
        CompletableFuture<Void> third = next(vanguard);
        assertThat(second).isNotDone();
        vanguard.arrived();

        assertThat(second).isDone();
        assertThat(third).isDone();
        assertThat(next(vanguard)).isDone();
    }

    @Test
    void next_eightProcessors_fourGo() {
        Vanguard vanguard = new Vanguard(8);

        for (int i = 0; i < 4; i++) {
            assertThat(next(vanguard)).isDone();
        }
        assertThat(next(vanguard)).isNotDone();
    }

    @Test
    void next_theFirstIsHeldUp_theOthersStartAllTheSame() throws Exception {
        Vanguard vanguard = new Vanguard(1);

        next(vanguard);

        next(vanguard).get(Patience.some().toMillis(), TimeUnit.MILLISECONDS);
    }
}
