package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole pool, driven by its messages alone. */
class ProtocolTest {
    private static final ActorTestKit KIT = ActorTestKit.create("protocol");
    private static final PoolConfig CONFIG = LivePool.config("name = messages");

    private final Codec codec = Codec.of(KIT.system());
    private final TestProbe<JobEvent> client = KIT.createTestProbe(JobEvent.class);
    private final ActorRef<PoolSupervisor.Command> supervisor = KIT.spawn(PoolSupervisor.create(
            CONFIG,
            KIT.spawn(NodeHost.create(CONFIG, ProtocolTest.class::getClassLoader, Machine.real())),
            null,
            Machine.real()));
    private long lastJob;

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
        Leftovers.expectNone("messages");
    }

    @BeforeEach
    void init() {
        assertThat(run(job -> new PoolSupervisor.Init(job, 2, false, client.ref())))
                .hasSize(2);
    }

    /** Sends a job and gathers what comes back up to its end. */
    private List<Object> run(Function<Long, PoolSupervisor.Command> command) {
        long job = ++lastJob;
        supervisor.tell(command.apply(job));
        return gather(job, client);
    }

    private List<Object> gather(long job, TestProbe<JobEvent> from) {
        Results<Object> results = codec.results("messages", List.of());
        JobEvent event;
        do {
            event = from.receiveMessage(Patience.some());
            assertThat(event.job()).isEqualTo(job);
        } while (!results.add(event));
        return results.get();
    }

    private PoolStatus status() {
        TestProbe<PoolStatus> asker = KIT.createTestProbe(PoolStatus.class);
        supervisor.tell(new PoolSupervisor.GetStatus(asker.ref()));
        return asker.receiveMessage(Patience.some());
    }

    private <T> Work work(List<T> xs, Fn<T, ?> fn) {
        return codec.lapply(xs, fn, JobOptions.defaults());
    }

    @Test
    void submit_tasks_answersInOrderAndEnds() {
        Work work = work(List.of(1, 2, 3), i -> i + 1);

        assertThat(run(job -> new PoolSupervisor.Submit(job, work, client.ref())))
                .containsExactly(2, 3, 4);
    }

    @Test
    void export_thenSubmit_seesTheVariable() {
        byte[] value = codec.value("x", 42);

        assertThat(run(job -> new PoolSupervisor.Export(job, Map.of("x", value), 0, client.ref())))
                .as("one for each worker that was there")
                .containsOnlyNulls();
        assertThat(run(job -> new PoolSupervisor.Submit(job, work(List.of(1), i -> Env.get("x")), client.ref())))
                .containsExactly(42);
    }

    @Test
    void evalq_andCall_answerForEachWorker() {
        assertThat(run(job -> new PoolSupervisor.Evalq(job, codec.evalq("n = 3; n * 2"), 0, client.ref())))
                .containsExactly(6, 6);
        Work call = codec.call(() -> Env.get("n"), JobOptions.defaults());
        assertThat(run(job -> new PoolSupervisor.Submit(job, call, client.ref())))
                .containsExactly(3, 3);
    }

    @Test
    void submit_taskThrows_failsWithEveryOutcome() {
        Work work = work(List.of(1, 0), i -> 1 / i);
        Results<Object> results = codec.results("messages", List.of(1, 0));
        supervisor.tell(new PoolSupervisor.Submit(++lastJob, work, client.ref()));

        while (!results.add(client.receiveMessage(Patience.some()))) {
            assertThat(results.progress().total()).isEqualTo(2);
        }

        JobFailedException error = assertThrows(JobFailedException.class, results::get);
        assertThat(error)
                .hasMessage("1 of 2 elements failed; first: element 1 (0) on worker " + PoolCase.worker(error, 1)
                        + ": java.lang.ArithmeticException: / by zero");
        assertThat(PoolCase.values(error)).containsExactly(1, null);
    }

    @Test
    void cancel_runningJob_endsItOnce() {
        Work endless = work(List.of(1), i -> {
            Thread.sleep(Long.MAX_VALUE);
            return i;
        });
        supervisor.tell(new PoolSupervisor.Submit(++lastJob, endless, client.ref()));

        supervisor.tell(new PoolSupervisor.Cancel(lastJob, client.ref()));
        supervisor.tell(new PoolSupervisor.Cancel(lastJob, client.ref()));
        supervisor.tell(new PoolSupervisor.Cancel(4711, client.ref()));

        long cancelled = lastJob;
        assertThat(assertThrows(CancellationException.class, () -> gather(cancelled, client)))
                .hasMessage("the job on pool 'messages' was cancelled");
        assertThat(run(job -> new PoolSupervisor.Submit(job, work(List.of(1, 2), i -> i), client.ref())))
                .containsExactly(1, 2);
    }

    @Test
    void submit_twoClientsWithTheSameNumber_eachHearsItsOwn() {
        TestProbe<JobEvent> other = KIT.createTestProbe(JobEvent.class);
        supervisor.tell(new PoolSupervisor.Submit(77, work(List.of("a"), s -> s + 1), client.ref()));
        supervisor.tell(new PoolSupervisor.Submit(77, work(List.of("b"), s -> s + 2), other.ref()));

        assertThat(gather(77, client)).containsExactly("a1");
        assertThat(gather(77, other)).containsExactly("b2");
    }

    @Test
    void resizeAndDelete_statusFollows() {
        assertThat(status().size()).isEqualTo(2);

        run(job -> new PoolSupervisor.Resize(job, 3, client.ref()));
        assertThat(status().size()).isEqualTo(3);

        run(job -> new PoolSupervisor.Delete(job, client.ref()));
        assertThat(status().exists()).isFalse();
        assertThat(status().size()).isZero();
        assertThat(assertThrows(
                        PoolMissingException.class,
                        () -> run(job -> new PoolSupervisor.Submit(job, work(List.of(1), i -> i), client.ref()))))
                .hasMessage("pool 'messages' does not exist; call init(size) to create it");
    }

    @Test
    void key_poolOfASystem_isAtTheReceptionist() {
        Pool pool = Pool.get(KIT.system(), "known");
        TestProbe<Receptionist.Listing> asker = KIT.createTestProbe(Receptionist.Listing.class);

        Patience.await().until(() -> {
            KIT.system().receptionist().tell(Receptionist.find(PoolSupervisor.key("known"), asker.ref()));
            Set<ActorRef<PoolSupervisor.Command>> found =
                    asker.receiveMessage(Patience.some()).getServiceInstances(PoolSupervisor.key("known"));
            return found.size() == 1;
        });

        assertThat(pool.exists()).isFalse();
    }
}
