package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.Contents;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks that are cancelled before they begin, step by step. */
class TaskThreadTest {
    private static final ActorTestKit KIT = ActorTestKit.create("threads");
    private static final PoolConfig CONFIG = PoolConfig.inProcess(1);
    private static final WorkerRef REF = new WorkerRef(1, 1);
    private static final long JOB = 7;
    private static final ConcurrentLinkedQueue<Integer> RAN = new ConcurrentLinkedQueue<>();

    /** What happens while an element runs. */
    private static final Map<Integer, Runnable> DURING = new ConcurrentHashMap<>();

    /** Runs, on the test's own thread, what waits. */
    private static final class Hand implements TaskLane {
        private static final class Idle extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }

        private final Runnable loop;
        Runnable whenTaken = () -> {};

        Hand(Runnable loop) {
            this.loop = loop;
        }

        void runAll() {
            loop.run();
        }

        @Override
        public void start() {}

        @Override
        public <T> T take(BlockingQueue<T> queue) {
            T next = queue.poll();
            if (next == null) {
                throw new Idle();
            }
            whenTaken.run();
            return next;
        }

        @Override
        public void sleep(long nanos) {}

        @Override
        public void interrupt() {}

        @Override
        public StackTraceElement[] stack() {
            return new StackTraceElement[0];
        }
    }

    private final TestProbe<PoolSupervisor.Command> supervisor = KIT.createTestProbe(PoolSupervisor.Command.class);
    private final Codec codec = new Codec(CONFIG, TaskThreadTest.class.getClassLoader());
    private Hand hand;
    private TaskThread thread;
    private Runnable whenClockIsAsked = () -> {};

    @BeforeEach
    void start() {
        RAN.clear();
        DURING.clear();
        Worker.Identity identity = new Worker.Identity(
                "default",
                REF,
                "",
                new Uplink(supervisor.ref()),
                new Lease(Long.MAX_VALUE, System.nanoTime()),
                TaskClock.exact(System::nanoTime),
                KIT.system().ignoreRef(),
                DriverLog.OFF,
                KIT.system());
        LongSupplier clock = () -> {
            whenClockIsAsked.run();
            return System.nanoTime();
        };
        Machine machine = new Machine(clock, TaskClock::coarse, TaskClock::leased, (name, loader, loop) -> {
            hand = new Hand(loop);
            return hand;
        });
        thread = new TaskThread(
                identity, CONFIG, machine, idle -> assertThat(idle).isInstanceOf(Hand.Idle.class));
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private byte[] arguments() {
        return work().arguments().cut(0, 2);
    }

    private Work work() {
        Fn<Integer, Boolean> fn = TaskThreadTest::ran;
        return codec.lapply(List.of(1, 2), fn, JobOptions.defaults());
    }

    private static boolean ran(int element) {
        DURING.getOrDefault(element, () -> {}).run();
        return RAN.add(element);
    }

    private void run(byte[] arguments, Contents contents) {
        Work work = work();
        byte[] types = work.arguments().types();
        JobHeader header = new JobHeader(
                work.function(), 1, types, false, 0, new byte[0], "key", 0, null, new Classes(0, null), 1);
        NodeHost.RunChunk chunk =
                new NodeHost.RunChunk("default", REF, 1, JOB, header, new long[0], 0, 2, 1, 0, 0, false, arguments);
        thread.run(new Worker.Run(chunk, new JobCode(header, codec, Contents.WHOLE), contents));
    }

    private Event.Answered answer() {
        return supervisor
                .expectMessageClass(PoolSupervisor.WorkerAnswered.class, Patience.much())
                .answer();
    }

    @Test
    void cancel_chunkThatIsJustBeingTaken_runsNothingOfIt() {
        hand.whenTaken = () -> thread.cancel(JOB);
        run(arguments(), Contents.WHOLE);

        hand.runAll();

        assertThat(RAN).isEmpty();
        assertThat(answer().sequel()).isEqualTo(Sequel.FLAGGED);
    }

    @Test
    void abandon_changeThatIsAboutToBegin_doesNotRun() {
        Fn0<Boolean> code = () -> RAN.add(3);
        whenClockIsAsked = thread::abandon; // its interrupt is lost where the thread is cleaned before user code
        thread.apply(new Worker.Apply(REF, new Entry.Evalq(1, codec.evalq(code)), 0, codec, Contents.WHOLE));

        hand.runAll();

        assertThat(RAN).isEmpty();
        supervisor.expectMessage(Patience.much(), new PoolSupervisor.WorkerThreadLeft(REF, false));
        supervisor.expectMessage(Patience.much(), new PoolSupervisor.WorkerThreadLeft(REF, true));
    }

    @Test
    void cancel_anotherJob_runsTheChunk() {
        hand.whenTaken = () -> thread.cancel(JOB + 1);
        run(arguments(), Contents.WHOLE);

        hand.runAll();

        assertThat(RAN).containsExactly(1, 2);
        assertThat(answer().sequel()).isEqualTo(Sequel.DONE);
    }

    @Test
    void cancel_chunkThatWaitsForABlob_givesItBackAndNeverRunsIt() {
        byte[] bytes = arguments();
        Blob blob = Blob.inMemory(BlobRef.of(bytes, 0, bytes.length));
        run(blob.ref().toBytes(), new Contents(Map.of(blob.ref(), blob)));

        thread.cancel(JOB);
        blob.add(0, bytes, 0, bytes.length);
        thread.admit();
        hand.runAll();

        assertThat(RAN).isEmpty();
        assertThat(answer().count()).isZero();
        supervisor.expectNoMessage();
    }

    @Test
    void admit_blobHasCome_runsTheChunk() {
        byte[] bytes = arguments();
        Blob blob = Blob.inMemory(BlobRef.of(bytes, 0, bytes.length));
        run(blob.ref().toBytes(), new Contents(Map.of(blob.ref(), blob)));
        hand.runAll();
        assertThat(RAN).isEmpty();

        blob.add(0, bytes, 0, bytes.length);
        thread.admit();
        hand.runAll();

        assertThat(RAN).containsExactly(1, 2);
    }

    @Test
    void giveBack_firstElementRuns_runsOnlyThat() {
        DURING.put(1, () -> thread.giveBack(new long[] {1}));
        run(arguments(), Contents.WHOLE);

        hand.runAll();

        assertThat(RAN).containsExactly(1);
        Event.Answered rest = answer();
        assertThat(rest.sequel()).isEqualTo(Sequel.REST);
        assertThat(rest.first()).isEqualTo(1);
        assertThat(rest.count()).isEqualTo(1);
        Event.Answered last = answer();
        assertThat(last.sequel()).isEqualTo(Sequel.DONE);
        assertThat(last.count()).isEqualTo(1);
    }

    @Test
    void giveBack_lastElementRuns_keepsAll() {
        DURING.put(2, () -> thread.giveBack(new long[] {1}));
        run(arguments(), Contents.WHOLE);

        hand.runAll();

        assertThat(RAN).containsExactly(1, 2);
        assertThat(answer().count()).isEqualTo(2);
        supervisor.expectNoMessage();
    }
}
