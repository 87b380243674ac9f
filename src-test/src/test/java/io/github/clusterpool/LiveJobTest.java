package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.state.Ending;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LiveJobTest {
    private static final PoolStatus STATUS = PoolStatus.none("jobs");
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Codec CODEC =
            new Codec(PoolConfig.from(ConfigFactory.load()), LiveJobTest.class.getClassLoader());
    private static final ActorRef<JobEvent> NOBODY =
            KIT.<JobEvent>createTestProbe().ref();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static LiveJob<List<Object>, Object> job() {
        var client = new PoolClient(STATUS, command -> {}, NOBODY, new AtomicLong(), Runnable::run);
        return new LiveJob<>(1, client, new Results<>(CODEC, "jobs", "init", 0, null), results -> results, null);
    }

    private static void end(LiveJob<?, ?> job) {
        job.add(new JobEvent.Ended(1, 0, new Ending.Completed(), STATUS));
    }

    @Test
    void keep_jobThatRuns_keepsAllUntilItEnds() {
        var job = job();

        job.keep("classes of one generation");
        job.keep("classes of the next");

        assertThat(job.kept()).isEqualTo(2);
        end(job);
        assertThat(job.kept()).isZero();
    }

    @Test
    void keep_whileItEnds_neitherFailsNorKeepsAnything() throws Exception {
        for (int round = 0; round < 100; round++) {
            var job = job();
            var together = new CyclicBarrier(2);
            job.keep("classes of one generation");
            CompletableFuture<Void> ending = CompletableFuture.runAsync(() -> {
                await(together);
                end(job);
            });
            await(together);
            for (int i = 0; i < 20; i++) {
                job.keep("classes of the next");
            }
            ending.join();

            assertThat(job.kept()).isZero();
        }
    }

    private static void await(CyclicBarrier together) {
        try {
            together.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
