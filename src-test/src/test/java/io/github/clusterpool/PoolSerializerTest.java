package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.code.ShippedFile;
import io.github.clusterpool.state.Dealing;
import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Ending;
import io.github.clusterpool.state.Entry;
import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.Halt;
import io.github.clusterpool.state.JobRules;
import io.github.clusterpool.state.Loss;
import io.github.clusterpool.state.Sequel;
import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.Slices;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PoolSerializerTest {
    private final ActorTestKit kit = ActorTestKit.create("serializer");
    private final PoolSerializer serializer = new PoolSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));

    @AfterAll
    void stop() {
        kit.shutdownTestKit();
    }

    private <T> ActorRef<T> actor(Class<T> type) {
        return kit.createTestProbe(type).ref();
    }

    private static PoolStatus status() {
        WorkerStatus worker = new WorkerStatus(1, "here", 42, WorkerStatus.State.READY, 1, 7, 2, "was killed");
        return new PoolStatus(
                "default", true, 1, List.of(worker), 3, 2, 5, 1, 9, 0, 1, new PoolStatus.Scaling(1, 4, "grows"));
    }

    Stream<PoolMessage> messages() {
        Death death = new Death(1, "was killed", 812, OptionalInt.of(137), Duration.ofSeconds(5), List.of("a", "b"));
        WorkerRef ref = new WorkerRef(3, 7 * 65_536L + 1);
        byte[] bytes = {1, 2, 3};
        BlobRef blob = BlobRef.of(bytes, 0, 3);
        JobHeader header = new JobHeader(
                bytes,
                2,
                bytes,
                true,
                9,
                bytes,
                "default-1-8",
                7,
                new Seed(5, true),
                new Classes(3, actor(CodeServer.Command.class)),
                4);
        Work work = new Work(
                bytes,
                1,
                new Slices(bytes, bytes, new int[] {1, 3}),
                new JobRules(Dealing.STATIC, 4, 3, true, 2, 99, true),
                11,
                bytes,
                7,
                new Seed(5, false),
                true);
        ActorRef<JobEvent> client = actor(JobEvent.class);
        ActorRef<PoolSupervisor.Command> supervisor = actor(PoolSupervisor.Command.class);
        return Stream.of(
                new PoolSupervisor.Init(1, 4, true, client),
                new PoolSupervisor.Resize(1, 4, client),
                new PoolSupervisor.Delete(1, client),
                new PoolSupervisor.Submit(1, work, client),
                new PoolSupervisor.Export(1, Map.of("x", bytes), 5, client),
                new PoolSupervisor.Evalq(1, bytes, 5, client),
                new PoolSupervisor.Cancel(1, client),
                new PoolSupervisor.GetStatus(actor(PoolStatus.class)),
                new PoolSupervisor.FindJob(1, JobId.text("a-session-with-a-name", 7), client),
                new Desks.Attach(
                        "a-session-with-a-name",
                        2,
                        "clusterpool {}",
                        actor(Talk.Said.class),
                        actor(BlobPort.Command.class),
                        actor(CodeServer.Command.class),
                        actor(ClientLine.Command.class)),
                new ClientLine.Attached(
                        2,
                        "clusterpool {}",
                        actor(Talk.Said.class),
                        actor(BlobPort.Command.class),
                        status(),
                        new long[] {3, 4}),
                new Desks.Opened("a-session-with-a-name", client),
                new Desks.Closed("a-session-with-a-name", client),
                new PoolSupervisor.ClientFull(client),
                new Desks.NoSuchJob(1, client),
                new Desks.FoundEnded(1, client),
                new PoolSupervisor.Resume(new PoolSupervisor.Delete(1, client), new long[] {5}),
                new CodeServer.Stop(),
                new HostedPool.CopyOpen(7, actor(Talk.Said.class), actor(BlobPort.Command.class)),
                new HostedPool.CopySaid(new Talk.Said(Talk.Side.COPY, 1, 2, 3, bytes)),
                new HostedPool.CopyTick(),
                new HostedPool.MakeRoom(),
                new Shelf.Open(
                        "default",
                        3,
                        7,
                        actor(Talk.Said.class),
                        actor(BlobPort.Command.class),
                        actor(PoolSupervisor.Command.class)),
                new Shelf.Forget("default", 3),
                new Shelf.Put(4, bytes),
                new HeldResults("a-session", 8, List.of(new JobEvent.Outcomes(8, 1, 0, 2, 0, bytes, 9)), false),
                new Shelf.Drop(new long[] {4, 5}),
                new Shelf.Whole(),
                new Shelf.Clean(),
                new Shelf.Settled(4),
                new Desk.AllSaid(),
                new HostedPool.AllSaid("a-session"),
                new HostedPool.Hold(new HeldResults("a-session", 8, List.of(), true)),
                new HostedPool.LetGo("a-session", 8),
                new HostedPool.Retire(Duration.ofSeconds(5), actor(HostedPool.Retired.class)),
                new HostedPool.DeskFinished("a-session", true),
                new Booked("a-session", new PoolSupervisor.Submit(1, work, client)),
                new Talk.Said(Talk.Side.CLIENT, 1, 2, 3, bytes),
                new ClientLine.Refused("no"),
                new Desks.NotAllowed(new PoolSupervisor.Cancel(1, client)),
                new Desk.Do(new PoolSupervisor.Cancel(1, client), new long[] {5}),
                new PoolSupervisor.NodeUp(
                        ref,
                        "token",
                        -3,
                        actor(NodeHost.Command.class),
                        actor(BlobPort.Command.class),
                        actor(Greeter.Command.class)),
                new PoolSupervisor.BlobTaken(ref, blob),
                new NodeHost.BlobTaken("default", blob),
                new BlobPort.Want(blob, 3, 100),
                new BlobPort.Piece(blob, 3, bytes, 0, 3),
                new BlobPort.Missing(blob),
                new BlobPort.WantFile(blob),
                new BlobPort.InFile(blob, 812, 7),
                new BlobPort.NoFile(blob),
                new BlobPort.Elsewhere(blob, actor(BlobPort.Command.class)),
                new BlobPort.WantFrom(blob, 3, 100, actor(BlobPort.Command.class)),
                new BlobPort.Gone(blob),
                new PoolSupervisor.NodeBeat(-3, -5, 6, 7, actor(Greeter.Command.class)),
                new PoolSupervisor.WayAsked(
                        ref, actor(NodeDoor.Command.class), true, actor(JoinedWorker.Command.class)),
                new PoolSupervisor.WorkerUp(ref, "node", 812),
                new PoolSupervisor.FromNode(-3, 9, new PoolSupervisor.WorkerUp(ref, "node", 812)),
                new PoolSupervisor.FromNode(
                        -3,
                        9,
                        new PoolSupervisor.WorkerAnswered(
                                new Event.Answered(ref, 1, 2, 3, 4, 5, 1, bytes, Sequel.MORE, 77))),
                new PoolSupervisor.WorkerApplied(ref, 4, true, "no class", bytes),
                new PoolSupervisor.WorkerAnswered(new Event.Answered(ref, 1, 2, 3, 4, 5, 1, bytes, Sequel.AGAIN, 77)),
                new PoolSupervisor.WorkerStuck(ref, 1, 6, "stuck"),
                new PoolSupervisor.WorkerThreadLeft(ref, true),
                new PoolSupervisor.WorkerGone(ref, new Death("ended")),
                new PoolSupervisor.WorkerLeaves(ref, new Death("left"), true),
                new PoolSupervisor.NoSlot(ref, new Death("found none")),
                new PoolSupervisor.SlotsFree(2),
                new NodeHost.StartWorker(
                        "default", ref, supervisor, actor(DriverLog.Line.class), 20, actor(CodeServer.Command.class)),
                new DriverLog.Line(3, 20, "job 1, element 2: hello"),
                new NodeHost.StopWorker("default", ref),
                new NodeHost.ApplyEntry(
                        "default", List.of(ref), new Entry.Export(4, Map.of("x", bytes)), 2, new Classes(1, null)),
                new NodeHost.ApplyEntry("default", List.of(ref), new Entry.Evalq(4, bytes), 2, new Classes(1, null)),
                new NodeHost.ApplyEntry(
                        "default",
                        List.of(ref),
                        new Entry.Clear(4),
                        2,
                        new Classes(1, actor(CodeServer.Command.class))),
                new NodeHost.RunChunk("default", ref, 1, 8, header, new long[] {5, 6}, 10, 20, 2, 4, 3, true, bytes),
                new NodeHost.RunChunk("größe", ref, 1, 8, null, new long[0], 10, 20, 2, 4, 3, false, new byte[0]),
                new NodeHost.CancelJob("default", ref, 8),
                new NodeHost.StopEvalq("default", ref, 4),
                new NodeHost.TellTask("default", ref, new JobEvent.Outcomes(1, 2, 3, 4, 1, bytes, 77)),
                new NodeHost.TellTask("default", ref, new JobEvent.Ended(1, 2, new Ending.TooDeep(16), status())),
                new PoolSupervisor.TaskAsked(ref, 1, 2, bytes),
                new PoolSupervisor.TaskCancelled(ref, 2),
                new NodeHost.RecallRuns("default", ref, new long[] {5, 6}),
                new NodeHost.FromPool(9, new NodeHost.CancelJob("default", ref, 8)),
                new NodeHost.FromPool(
                        9,
                        new NodeHost.RunChunk("default", ref, 1, 8, null, new long[0], 10, 20, 2, 4, 3, true, bytes)),
                new NodeHost.LeaseRenewed("default", -7),
                new CodeServer.Find(1, "demo/Main.class", "", 2, actor(CodeServer.Answer.class)),
                new CodeServer.Fetch(1, List.of("ab", "cd"), 65_536, actor(CodeServer.Answer.class)),
                new CodeServer.Found(1, List.of(new ShippedFile("demo/Main.class", "ab", 3, 2))),
                new CodeServer.Piece(1, bytes, ""),
                new Greeter.Welcome(ref, actor(BlobPort.Command.class)),
                new Greeter.Take(ref, "token"),
                new Greeter.Release(ref),
                new Greeter.Over(),
                new JobEvent.Dealt(1, 2),
                new JobEvent.Outcomes(1, 2, 3, 4, 1, bytes, 77),
                new JobEvent.Failed(1, 2, 3, new Loss(Loss.Kind.POISON, 1, 3, "was killed", List.of(death))),
                new JobEvent.Ended(1, 2, new Ending.Overloaded("tasks", 5, 4, "key"), status()),
                new JobEvent.Ended(1, 2, new Ending.Completed(), status()),
                new JobEvent.Ended(1, 2, new Ending.Cancelled(Halt.NONE), status()),
                new JobEvent.Ended(1, 2, new Ending.TimedOut(5, new Halt(1, 2, 3)), status()),
                new JobEvent.Ended(1, 2, new Ending.Deleted(), status()),
                new JobEvent.Ended(1, 2, new Ending.Missing(), status()),
                new JobEvent.Ended(1, 2, new Ending.StartFailed("died"), status()),
                status());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void fromBinary_anyMessage_isEqual(PoolMessage message) {
        byte[] bytes = serializer.toBinary(message);

        assertThat(content(serializer.fromBinary(bytes, serializer.manifest(message))))
                .isEqualTo(content(message));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void fromBinary_cutOff_isMalformed(PoolMessage message) {
        byte[] bytes = serializer.toBinary(message);
        String manifest = serializer.manifest(message);

        for (int length = 0; length < bytes.length; length++) {
            byte[] beginning = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> serializer.fromBinary(beginning, manifest))
                    .as("%s of %s bytes", length, bytes.length)
                    .isInstanceOf(MalformedValueException.class);
        }
    }

    @Test
    void messages_ofTheTest_areAllThereAre() {
        Set<Class<?>> seen = new HashSet<>();
        messages().forEach(message -> seen.add(message.getClass()));

        Set<Class<?>> travelling = new HashSet<>();
        for (Class<?> family : List.of(
                PoolSupervisor.Command.class,
                NodeHost.Command.class,
                Greeter.Command.class,
                BlobPort.FromPeer.class,
                JobEvent.class,
                CodeServer.Command.class,
                CodeServer.Answer.class)) {
            addRecords(family, travelling);
        }
        travelling.addAll(List.of(
                DriverLog.Line.class,
                PoolStatus.class,
                Talk.Said.class,
                Desk.Do.class,
                ClientLine.Attached.class,
                ClientLine.Refused.class,
                Shelf.Open.class,
                Shelf.Forget.class,
                Shelf.Put.class,
                Shelf.Drop.class,
                Shelf.Whole.class,
                Shelf.Clean.class,
                Shelf.Settled.class,
                Desk.AllSaid.class,
                HeldResults.class,
                Booked.class));
        assertThat(seen).isEqualTo(travelling);
    }

    /** What an actor tells itself does not travel: these records are private. */
    private static void addRecords(Class<?> type, Set<Class<?>> records) {
        if (!type.isSealed()) {
            if (!Modifier.isPrivate(type.getModifiers())) {
                records.add(type);
            }
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            addRecords(permitted, records);
        }
    }

    @Test
    void fromBinary_lengthBeyondWhatFollows_isRefusedBeforeAnythingIsAllocated() {
        byte[] bytes = serializer.toBinary(new PoolSupervisor.WorkerAnswered(
                new Event.Answered(new WorkerRef(1, 1), 1, 2, 3, 4, 5, 1, new byte[3], Sequel.DONE, 77)));
        ByteBuffer.wrap(bytes).putInt(bytes.length - 3 - 4, Integer.MAX_VALUE);

        assertThatThrownBy(() -> serializer.fromBinary(bytes, "a" + Seal.NONE))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("a length must be from 0 to what follows (3 bytes), got 2147483647");
    }

    @Test
    void fromBinary_valueThatIsNoMessage_isRefused() {
        byte[] bytes = serializer.toBinary(new WorkerRef(1, 1));

        assertThatThrownBy(() -> serializer.fromBinary(bytes, "o" + Seal.NONE))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("a message of the pool must be one of its own records");
    }

    @Test
    void fromBinary_unknownManifest_isRefused() {
        assertThatThrownBy(() -> serializer.fromBinary(new byte[1], "x" + Seal.NONE))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("a message must be of a kind that this version knows, got 'x'");
        assertThatThrownBy(() -> serializer.fromBinary(new byte[1], "old"))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("a manifest must be a kind and a seal, got 'old'");
    }

    /** A value with the content of its arrays, as records compare arrays by identity. */
    private static Object content(Object value) {
        if (value instanceof byte[] bytes) {
            return "bytes " + Arrays.toString(bytes);
        }
        if (value instanceof int[] ints) {
            return "ints " + Arrays.toString(ints);
        }
        if (value instanceof long[] longs) {
            return "longs " + Arrays.toString(longs);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(PoolSerializerTest::content).toList();
        }
        if (value instanceof Map<?, ?> map) {
            List<Object> entries = new ArrayList<>();
            map.forEach((key, each) -> entries.add(List.of(key, content(each))));
            return entries;
        }
        if (!(value instanceof Record)) {
            return String.valueOf(value);
        }
        List<Object> parts = new ArrayList<>(List.of(value.getClass()));
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            parts.add(content(part(value, component)));
        }
        return parts;
    }

    private static Object part(Object value, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
