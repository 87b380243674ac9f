package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A pool's host and the shelves that have its copies, in one ActorSystem. */
class CopiesTest {
    private static final ActorTestKit KIT = ActorTestKit.create("copies");
    private static final PoolConfig CONFIG = LivePool.config("name = copied");

    private final ActorRef<Shelf.Command> shelf = KIT.spawn(Shelf.create(CONFIG));

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    /** A host that does what the test says. */
    private static final class Host {
        private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
        private final ActorRef<PoolSupervisor.Command> actor;
        private Copies copies;

        Host(long term) {
            actor = KIT.spawn(behavior(term));
        }

        private Behavior<PoolSupervisor.Command> behavior(long term) {
            return Behaviors.setup(context -> {
                copies = new Copies(context, CONFIG, new Kept(new Shelf.Taken(term - 1, false, List.of())));
                return Behaviors.receive(PoolSupervisor.Command.class)
                        .onMessage(HostedPool.CopyOpen.class, open -> {
                            copies.onOpen(open, System.nanoTime());
                            return Behaviors.same();
                        })
                        .onMessage(HostedPool.CopySaid.class, from -> {
                            copies.onSaid(from.said(), System.nanoTime());
                            return Behaviors.same();
                        })
                        .onMessage(HostedPool.CopyTick.class, tick -> {
                            copies.tick(System.nanoTime());
                            orders.remove().run();
                            return Behaviors.same();
                        })
                        .build();
            });
        }

        <T> T ask(Function<Copies, T> question) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            orders.add(() -> answer.complete(question.apply(copies)));
            actor.tell(new HostedPool.CopyTick());
            return answer.join();
        }

        boolean is(Predicate<Copies> question) {
            return ask(question::test);
        }

        void tell(Consumer<Copies> order) {
            ask(copies -> {
                order.accept(copies);
                return true;
            });
        }

        void put(long number, int bytes) {
            tell(copies -> {
                copies.put(number, item(number, bytes), System.nanoTime());
            });
        }

        void expectCopied(long number) {
            Patience.await()
                    .until(() -> is(copies -> copies.count() > 0 && copies.isCopied(number, System.nanoTime())));
        }

        void open(List<ActorRef<Shelf.Command>> shelves) {
            tell(copies -> {
                copies.onShelves(shelves);
            });
        }
    }

    private static Booked item(long job, int bytes) {
        return new Booked(
                "session",
                new PoolSupervisor.Evalq(job, new byte[bytes], 0, KIT.system().ignoreRef()));
    }

    private static Shelf.Taken taken(ActorRef<Shelf.Command> from) {
        TestProbe<Shelf.Taken> asker = KIT.createTestProbe(Shelf.Taken.class);
        from.tell(new Shelf.Take("copied", asker.ref()));
        return asker.receiveMessage(Patience.some());
    }

    private static List<Long> jobs(Shelf.Taken taken) {
        return taken.items().stream()
                .map(item -> ((Booked) item).command().job())
                .toList();
    }

    @Test
    void put_beforeAndAfterTheShelfIsThere_areTakenInOrder() {
        Host host = new Host(3);
        host.put(1, 10);
        host.put(2, 3_000_000);
        host.open(List.of(shelf));
        host.put(3, 10);
        host.put(4, 500_000);
        host.expectCopied(4);

        host.tell(copies -> {
            copies.settle(4, System.nanoTime());
            copies.drop(List.of(1L, 3L), System.nanoTime());
            copies.put(0, item(77, 1), System.nanoTime());
        });
        Patience.await().until(() -> host.is(Copies::areAllHeard));

        assertThat(taken(shelf).term()).isEqualTo(3);
        assertThat(taken(shelf).clean()).isFalse();
        assertThat(jobs(taken(shelf))).containsExactly(77L, 2L, 4L);
        assertThat(taken(shelf).items())
                .extracting(item -> ((Booked) item).session())
                .containsExactly("session", "session", "");
        Booked large = (Booked) taken(shelf).items().get(1);
        assertThat(((PoolSupervisor.Evalq) large.command()).code()).hasSize(3_000_000);
    }

    @Test
    void putLate_someEndBeforeAnythingElse_onlyTheOthersAreCopied() {
        Host host = new Host(1);
        host.open(List.of(shelf));
        host.put(1, 10);
        host.expectCopied(1);
        host.tell(copies -> {
            copies.putLate(2, item(2, 10));
            copies.putLate(3, item(3, 10));
            copies.drop(List.of(2L), System.nanoTime());
            assertThat(copies.areAllHeard()).isFalse();
            copies.put(4, item(4, 10), System.nanoTime());
        });
        Patience.await().until(() -> host.is(Copies::areAllHeard));

        assertThat(jobs(taken(shelf))).containsExactly(1L, 3L, 4L);

        host.tell(copies -> {
            copies.putLate(5, item(5, 10));
        });
        Patience.await().until(() -> host.is(Copies::areAllHeard));
        assertThat(jobs(taken(shelf))).as("soon").containsExactly(1L, 3L, 4L, 5L);
    }

    @Test
    void clean_atTheEnd_isKnownToTheNextHost() {
        Host host = new Host(1);
        host.open(List.of(shelf));
        host.put(1, 10);
        host.expectCopied(1);

        host.tell(copies -> {
            copies.clean(System.nanoTime());
        });
        Patience.await().until(() -> host.is(Copies::areAllHeard));

        assertThat(taken(shelf).clean()).isTrue();
    }

    @Test
    void open_byALaterHost_replacesTheEarlierCopy() {
        Host first = new Host(1);
        first.open(List.of(shelf));
        first.put(1, 10);
        first.expectCopied(1);

        Host second = new Host(2);
        second.put(5, 10);
        second.open(List.of(shelf));
        second.expectCopied(5);
        Patience.await().until(() -> second.is(Copies::areAllHeard));

        assertThat(taken(shelf).term()).isEqualTo(2);
        assertThat(jobs(taken(shelf))).containsExactly(5L);
    }

    @Test
    void onShelves_moreThanTwo_theOldestHaveCopiesAndTheOthersForgetTheirs() {
        List<ActorRef<Shelf.Command>> shelves = IntStream.range(0, 4)
                .mapToObj(i -> KIT.spawn(Shelf.create(CONFIG)))
                .toList();
        Host first = new Host(1);
        first.open(shelves.subList(2, 4));
        first.put(1, 10);
        first.expectCopied(1);
        Patience.await().until(() -> first.is(Copies::areAllHeard));
        assertThat(taken(shelves.get(3)).term()).isEqualTo(1);

        Host second = new Host(2);
        second.open(shelves);
        second.put(2, 10);
        second.expectCopied(2);
        Patience.await().until(() -> second.is(Copies::areAllHeard));

        assertThat(shelves.stream().map(each -> taken(each).term())).containsExactly(2L, 2L, 0L, 0L);
    }

    @Test
    void isCopied_shelfThatDoesNotAnswer_isNotWaitedForForLong() {
        TestProbe<Shelf.Command> mute = KIT.createTestProbe(Shelf.Command.class);
        Host host = new Host(1);
        host.open(List.of(mute.ref()));
        Shelf.Open open = mute.expectMessageClass(Shelf.Open.class);
        TestProbe<Talk.Said> ear = KIT.createTestProbe(Talk.Said.class);
        TestProbe<BlobPort.Command> blobs = KIT.createTestProbe(BlobPort.Command.class);
        open.replyTo().tell(new HostedPool.CopyOpen(open.talk(), ear.ref(), blobs.ref()));

        host.put(1, 10);

        long now = System.nanoTime();
        assertThat(host.is(copies -> copies.isCopied(1, now))).isFalse();
        assertThat(host.is(copies -> copies.isCopied(1, now + 5_000_000_000L))).isTrue();
        assertThat(host.is(copies -> copies.isCopied(0, now))).isTrue();
    }
}
