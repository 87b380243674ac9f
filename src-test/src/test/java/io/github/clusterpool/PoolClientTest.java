package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Ending;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class PoolClientTest {
    private static final PoolStatus THERE =
            new PoolStatus("here", true, 2, List.of(), 0, 0, 0, 0, 0, 0, 0, PoolStatus.Scaling.NONE);

    private final PoolClient client = new PoolClient(
            PoolStatus.none("here"),
            command -> {},
            TestInbox.<JobEvent>create().getRef(),
            new AtomicLong(),
            Runnable::run);

    @Test
    void status_jobEnds_isThatOfThePool() {
        client.onEvent(new JobEvent.Ended(1, 0, new Ending.Completed(), THERE));

        assertThat(client.status()).isEqualTo(THERE);
    }

    @Test
    void status_jobEndsAfterThePoolIsLost_isThatOfNone() {
        client.onLost("it is closed");

        client.onEvent(new JobEvent.Ended(1, 0, new Ending.Completed(), THERE));

        assertThat(client.status()).isEqualTo(PoolStatus.none("here"));
    }
}
