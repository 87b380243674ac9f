package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which signs of life count, when messages do or do not get through. */
class DownlinkTest {
    private static final ActorTestKit KIT = ActorTestKit.create("downlink");
    private static final WorkerRef REF = new WorkerRef(1, 65_536);

    private final TestProbe<NodeHost.Command> host = KIT.createTestProbe(NodeHost.Command.class);
    private final Downlink link = new Downlink(host.ref(), true);
    private long beats;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private boolean counts(long received, long sent) {
        return link.counts(new PoolSupervisor.NodeBeat(
                1, ++beats, received, sent, KIT.system().ignoreRef()));
    }

    private void send(int messages) {
        for (int i = 0; i < messages; i++) {
            link.tell(new NodeHost.StopWorker("default", REF));
        }
    }

    /** A message of the node has come. */
    private void hear(long number) {
        link.inbox().put(number, new PoolSupervisor.WorkerGone(REF, new Death("ended")));
        link.inbox().poll();
    }

    @Test
    void tell_toAnotherJvm_isNumbered() {
        send(2);

        assertThat(host.receiveMessage()).isEqualTo(new NodeHost.FromPool(1, new NodeHost.StopWorker("default", REF)));
        assertThat(host.receiveMessage()).isEqualTo(new NodeHost.FromPool(2, new NodeHost.StopWorker("default", REF)));
    }

    @Test
    void counts_nothingToSay_always() {
        assertThat(counts(0, 0)).isTrue();
        assertThat(counts(0, 0)).isTrue();
    }

    @Test
    void counts_messageToTheNodeIsLost_noMore() {
        assertThat(counts(0, 0)).isTrue();
        send(3);
        assertThat(counts(1, 0)).as("sent since the last one").isTrue();

        assertThat(counts(1, 0)).as("the second is lost").isFalse();
        send(1);
        assertThat(counts(1, 0)).isFalse();
    }

    @Test
    void counts_messageToTheNodeIsSlow_againWhenItComes() {
        send(2);
        assertThat(counts(0, 0)).isTrue();
        assertThat(counts(0, 0)).isFalse();

        assertThat(counts(1, 0)).as("on the way").isTrue();
        assertThat(counts(2, 0)).as("there").isTrue();
        assertThat(counts(2, 0)).isTrue();
    }

    @Test
    void counts_messageOfTheNodeIsLost_noMore() {
        hear(1);
        assertThat(counts(0, 2)).isTrue();
        assertThat(counts(0, 3)).as("the second is lost").isFalse();

        hear(3);

        assertThat(counts(0, 3)).isFalse();
    }

    @Test
    void counts_beatThatWasOvertaken_not() {
        beats = 5;
        assertThat(counts(0, 0)).isTrue();
        beats = 3;

        assertThat(counts(0, 0)).isFalse();
    }
}
