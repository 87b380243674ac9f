package io.github.clusterpool.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.clusterpool.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    private static final int MOST = 1 << 20;

    private final PoolKey key = PoolKey.random();
    private final List<Endpoint> open = new ArrayList<>();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> received = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        open.forEach(Endpoint::close);
        await().atMost(Patience.some()).until(() -> open.stream().noneMatch(Endpoint::isServing));
    }

    /** Where the next endpoint listens. */
    Address at() {
        return Address.LOOPBACK;
    }

    /** How complaints name who connects. */
    String peer() {
        return "/127.0.0.1:";
    }

    private Endpoint endpoint(PoolKey itsKey, Endpoint.Receiver receiver) throws IOException {
        return endpoint(at(), itsKey, receiver);
    }

    private Endpoint endpoint(Address at, PoolKey itsKey, Endpoint.Receiver receiver) throws IOException {
        Endpoint endpoint = Endpoint.open("clusterpool-net-test", at, itsKey, MOST, receiver, log::add);
        open.add(endpoint);
        return endpoint;
    }

    private Endpoint receiver() throws IOException {
        return receiver(at());
    }

    Endpoint receiver(Address at) throws IOException {
        return endpoint(at, key, frame -> received.add(bytes(frame)));
    }

    Endpoint sender() throws IOException {
        return endpoint(key, frame -> {});
    }

    private static byte[] bytes(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    List<String> texts() {
        return received.stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    private void awaitReceived(int count) {
        await().atMost(Patience.some()).until(() -> received.size() >= count);
    }

    @Test
    void send_framesOfSeveralParts_arriveWholeAndInOrder() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();

        for (int i = 0; i < 1_000; i++) {
            from.send(to.address(), Lane.SMALL, text("frame "), text(""), text(String.valueOf(i)));
        }

        awaitReceived(1_000);
        assertThat(texts().get(0)).isEqualTo("frame 0");
        assertThat(texts().get(999)).isEqualTo("frame 999");
        assertThat(texts()).doesNotHaveDuplicates();
    }

    @Test
    void send_fromManyThreads_keepsTheOrderOfEach() throws Exception {
        Endpoint to = receiver();
        Endpoint from = sender();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "thread " + t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    from.send(to.address(), Lane.SMALL, text(name + ": "), text(String.valueOf(i)));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        awaitReceived(8_000);
        List<String> texts = texts();
        for (int t = 0; t < 4; t++) {
            String prefix = "thread " + t + ": ";
            List<String> own =
                    texts.stream().filter(each -> each.startsWith(prefix)).toList();
            for (int i = 0; i < 2_000; i++) {
                assertThat(own.get(i)).isEqualTo(prefix + i);
            }
        }
    }

    /** The socket is full while the other side stands still: nothing is lost, and nobody who sends waits. */
    @Test
    void send_receiverStandsStill_arrivesLater() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicLong sum = new AtomicLong();
        AtomicInteger count = new AtomicInteger();
        Endpoint to = endpoint(key, frame -> {
            awaitQuietly(goOn);
            sum.addAndGet(frame.getLong(frame.remaining() - Long.BYTES));
            count.incrementAndGet();
        });
        Endpoint from = sender();

        for (int i = 1; i <= 60; i++) {
            byte[] large = new byte[MOST - Long.BYTES];
            from.send(
                    to.address(),
                    Lane.BULK,
                    ByteBuffer.wrap(large),
                    ByteBuffer.allocate(8).putLong(i).flip());
        }
        goOn.countDown();

        await().atMost(Patience.some()).until(() -> count.get() == 60);
        assertThat(sum).hasValue(60 * 61 / 2);
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void send_largestFrame_arrives_andALargerOneIsRefusedHere() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();

        from.send(to.address(), Lane.SMALL, ByteBuffer.allocate(MOST));

        awaitReceived(1);
        assertThat(received.element()).hasSize(MOST);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> from.send(to.address(), Lane.SMALL, ByteBuffer.allocate(MOST + 1)))
                .withMessage("a frame must have 1 to 1048576 bytes, got 1048577");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> from.send(to.address(), Lane.SMALL, ByteBuffer.allocate(0)));
    }

    @Test
    void send_otherKey_nothingArrivesAndOneLineSaysWhy() throws IOException {
        Endpoint to = receiver();
        Endpoint stranger = endpoint(PoolKey.random(), frame -> {});

        stranger.send(to.address(), Lane.SMALL, text("let me in"));

        // the stranger finds out first that it does not talk to one of its pool
        await().atMost(Patience.some()).until(() -> !log.isEmpty());
        assertThat(log.element())
                .startsWith("refused a connection from " + peer())
                .endsWith(": it left before it had proved itself");
        assertThat(received).isEmpty();
    }

    @Test
    void accept_wrongProof_isRefused() throws IOException {
        Endpoint to = receiver();
        try (Line line = connect(to)) {
            line.out().write(new Hello(key).first().array());
            line.in().readNBytes(Hello.ANSWER_BYTES);

            line.out().write(new byte[Hello.LAST_BYTES]);

            assertThat(line.in().read()).isEqualTo(-1);
        }
        await().atMost(Patience.some()).until(() -> !log.isEmpty());
        assertThat(log.element()).endsWith(": it does not have the pool's key");
    }

    @Test
    void accept_otherVersion_isRefusedByAMessageThatNamesBoth() throws IOException {
        Endpoint to = receiver();
        byte[] first = new Hello(key).first().array();
        first[7] = 9;

        sendAndAwaitEnd(to, first);

        assertThat(log.element())
                .endsWith(": it speaks version 9 of clusterpool's protocol, this side 1;"
                        + " use the same version of clusterpool on both");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nUser-Agent: none\r\n\r\n",
                "\u0016\u0003\u0001 a greeting of TLS, which is something else altogether"
            })
    void accept_otherProtocol_isRefused(String greeting) throws IOException {
        Endpoint to = receiver();

        sendAndAwaitEnd(to, greeting.getBytes(StandardCharsets.UTF_8));

        assertThat(log.element()).endsWith(": it does not speak the protocol of clusterpool");
        assertThat(received).isEmpty();
    }

    /** Much junk makes a little log, and those who belong here are served meanwhile. */
    @Test
    void accept_muchJunk_saysLittleAndServesOn() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();

        for (int i = 0; i < 300; i++) {
            sendAndAwaitEnd(to, ("junk " + i + " ").repeat(10).getBytes(StandardCharsets.UTF_8));
        }
        from.send(to.address(), Lane.SMALL, text("still there?"));

        awaitReceived(1);
        assertThat(texts()).containsExactly("still there?");
        await().atMost(Patience.some())
                .until(() ->
                        log.stream().anyMatch(line -> line.matches("and \\d+ more such events in the last second")));
        assertThat(log).hasSizeLessThan(100);
    }

    @Test
    void accept_fullOfThoseWhoDoNothing_theOldestGoesAndOthersGetIn() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();
        List<Line> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                silent.add(connect(to));
            }

            from.send(to.address(), Lane.SMALL, text("me, too"));

            awaitReceived(1);
            assertThat(silent.get(0).in().read()).isEqualTo(-1);
        } finally {
            for (Line each : silent) {
                each.close();
            }
        }
        assertThat(log).anyMatch(line -> line.endsWith(": others came while it did not prove itself"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, MOST + 1, Integer.MAX_VALUE})
    void accept_lengthOutOfBounds_closesTheConnection(int length) throws IOException {
        Endpoint to = receiver();
        try (Line line = connect(to)) {
            prove(line);

            line.out().write(ByteBuffer.allocate(64).putInt(length).array());

            assertThat(line.in().read()).isEqualTo(-1);
        }
        await().atMost(Patience.some()).until(() -> !log.isEmpty());
        assertThat(log.element()).endsWith(": a frame must have 1 to 1048576 bytes, got one of " + length);
    }

    @Test
    void receive_throws_closesThatConnectionOnly() throws IOException {
        Endpoint to = endpoint(key, frame -> {
            if (frame.get() == 'x') {
                throw new IllegalStateException("makes no sense");
            }
            received.add(bytes(frame));
        });
        Endpoint good = sender();
        good.send(to.address(), Lane.SMALL, text("_before"));
        awaitReceived(1);

        sender().send(to.address(), Lane.SMALL, text("x"));

        await().atMost(Patience.some()).until(() -> !log.isEmpty());
        assertThat(log.element()).endsWith("makes no sense");
        good.send(to.address(), Lane.SMALL, text("_after"));
        awaitReceived(2);
        assertThat(texts()).containsExactly("before", "after");
    }

    @Test
    void accept_frameByteByByte_arrives() throws IOException {
        Endpoint to = receiver();
        try (Line line = connect(to)) {
            prove(line);
            for (byte b : ByteBuffer.allocate(9).putInt(5).put(text("hello")).array()) {
                line.out().write(b);
            }

            awaitReceived(1);
        }
        assertThat(texts()).containsExactly("hello");
    }

    @Test
    void send_whereNobodyListens_isForgotten_andLaterFramesArrive() throws IOException {
        Endpoint from = sender();
        Endpoint gone = sender();
        gone.close();
        await().atMost(Patience.some()).until(() -> !gone.isServing());

        from.send(gone.address(), Lane.SMALL, text("lost"));

        Endpoint to = receiver();
        from.send(to.address(), Lane.SMALL, text("found"));
        awaitReceived(1);
        assertThat(texts()).containsExactly("found");
    }

    /** A connection that breaks costs what was on it; the next frame opens another. */
    @Test
    void send_connectionBroken_opensAnother() throws IOException {
        AtomicInteger frames = new AtomicInteger();
        Endpoint to = endpoint(key, frame -> {
            if (frames.incrementAndGet() == 2) {
                throw new IOException("breaks");
            }
            received.add(bytes(frame));
        });
        Endpoint from = sender();
        from.send(to.address(), Lane.SMALL, text("first"));
        awaitReceived(1);

        from.send(to.address(), Lane.SMALL, text("breaks it"));

        await().atMost(Patience.some()).until(() -> {
            from.send(to.address(), Lane.SMALL, text("again"));
            return received.size() > 1;
        });
        assertThat(texts().get(1)).isEqualTo("again");
    }

    /** A connection that is none of an endpoint's. */
    private record Line(SocketChannel channel, InputStream in, OutputStream out) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static Line connect(Endpoint to) throws IOException {
        SocketChannel channel = SocketChannel.open(to.address().socket());
        return new Line(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    private void prove(Line line) throws IOException {
        Hello hello = new Hello(key);
        line.out().write(hello.first().array());
        ByteBuffer answer = ByteBuffer.wrap(line.in().readNBytes(Hello.ANSWER_BYTES));
        line.out().write(hello.last(answer).array());
    }

    private static void sendAndAwaitEnd(Endpoint to, byte[] bytes) throws IOException {
        try (Line line = connect(to)) {
            line.out().write(bytes);
            line.channel().shutdownOutput();
            try {
                assertThat(line.in().read()).isEqualTo(-1);
            } catch (IOException e) { // bytes that nobody read make it a reset
                assertThat(e).hasMessageContaining("reset");
            }
        }
    }

    /** Lets one frame come that brings this about on the endpoint's thread, and waits for so many notes of it. */
    private List<String> noted(int count, Consumer<List<String>> onFrame) throws IOException {
        List<String> order = new CopyOnWriteArrayList<>();
        Endpoint to = endpoint(key, frame -> onFrame.accept(order));
        sender().send(to.address(), Lane.SMALL, text("a"));
        await().atMost(Patience.some()).until(() -> order.size() >= count);
        return order;
    }

    @Test
    void runHere_onItsThread_runsAfterWhatCameAndOtherwiseNot() throws IOException {
        List<String> noted = noted(3, order -> {
            boolean isHere = Endpoint.runHere(
                    () -> order.add("task on " + Thread.currentThread().getName()));
            order.add("frame");
            order.add(isHere ? "here" : "not here");
        });

        assertThat(noted).containsExactly("frame", "here", "task on clusterpool-net-test");
        assertThat(Endpoint.runHere(() -> noted.add("never"))).isFalse();
    }

    @Test
    void runHere_taskThatThrows_isSaidAndStopsNobody() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        Endpoint to = endpoint(key, frame -> {
            Endpoint.runHere(() -> {
                throw new IllegalStateException("of a test");
            });
            Endpoint.runHere(second::countDown);
        });

        sender().send(to.address(), Lane.SMALL, text("a"));

        await().atMost(Patience.some()).until(() -> second.getCount() == 0);
        assertThat(log).containsExactly("a task failed: java.lang.IllegalStateException: of a test");
    }

    @Test
    void runLast_onItsThread_runsAfterAllThatCameAndOtherwiseNot() throws IOException {
        List<String> noted = noted(2, order -> {
            Endpoint.runLast(() -> order.add("last"));
            Endpoint.runHere(() -> order.add("here"));
        });

        assertThat(noted).containsExactly("here", "last");
        assertThat(Endpoint.runLast(() -> noted.add("never"))).isFalse();
    }

    /** A thread that is told to go on when it is woken, and not before. */
    private static Thread parked(List<String> order, String name) {
        Thread thread = new Thread(() -> {
            LockSupport.park();
            order.add(name);
        });
        thread.start();
        await().atMost(Patience.some()).until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    @Test
    void wake_severalInOneTurn_theFirstAtOnceTheOthersWhenAllIsThrough() throws IOException {
        List<String> noted = noted(4, order -> {
            Thread first = parked(order, "first");
            Thread second = parked(order, "second");
            Endpoint.wake(first);
            await().atMost(Patience.some()).until(() -> order.size() == 1);
            Endpoint.wake(second);
            Endpoint.runHere(() -> order.add(second.getState() == Thread.State.WAITING ? "waits" : "woken"));
            Endpoint.runHere(() -> order.add("through"));
        });

        assertThat(noted).containsExactly("first", "waits", "through", "second");
    }

    @Test
    void wake_byAnyOtherThread_isAtOnce() {
        List<String> order = new CopyOnWriteArrayList<>();

        Endpoint.wake(parked(order, "first"));
        Endpoint.wake(parked(order, "second"));

        await().atMost(Patience.some()).until(() -> order.size() == 2);
    }

    @Test
    void send_moreFollows_goesWithTheNext() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();
        from.send(to.address(), Lane.SMALL, text("connected"));
        from.send(to.address(), Lane.BULK, text("both"));
        awaitReceived(2);

        from.send(to.address(), Lane.SMALL, true, text("waits"));
        from.send(to.address(), Lane.BULK, text("another way"));
        awaitReceived(3);
        assertThat(texts()).doesNotContain("waits");
        from.send(to.address(), Lane.SMALL, text("next"));

        awaitReceived(5);
        assertThat(texts()).endsWith("waits", "next");
    }

    @Test
    void writeHeld_moreThatDoesNotFollow_arrives() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();
        from.send(to.address(), Lane.SMALL, text("connected"));
        awaitReceived(1);

        from.send(to.address(), Lane.SMALL, true, text("waits"));
        from.writeHeld();

        awaitReceived(2);
        assertThat(texts()).endsWith("waits");
    }

    @Test
    void sendTogether_framesOfATask_goWhenItEndsButForTheFirst() throws IOException {
        Endpoint to = receiver();
        Endpoint from = sender();
        Endpoint other = sender();
        from.send(to.address(), Lane.SMALL, text("connected"));
        awaitReceived(1);

        Endpoint.sendTogether(() -> {
            from.send(to.address(), Lane.SMALL, text("first"));
            awaitReceived(2);
            from.send(to.address(), Lane.SMALL, text("second"));
            new Thread(() -> other.send(to.address(), Lane.SMALL, text("of another thread"))).start();
            awaitReceived(3);
            from.send(to.address(), Lane.SMALL, text("third"));
        });

        awaitReceived(5);
        assertThat(texts()).containsExactly("connected", "first", "of another thread", "second", "third");
    }

    @Test
    void close_fromATaskHere_runsThoseThatWaitThere() throws IOException {
        CountDownLatch last = new CountDownLatch(1);
        Endpoint[] self = new Endpoint[1];
        self[0] = endpoint(key, frame -> {
            Endpoint.runHere(() -> self[0].close());
            Endpoint.runHere(() -> {
                assertThat(Endpoint.runHere(() -> {})).isFalse();
                last.countDown();
            });
        });

        sender().send(self[0].address(), Lane.SMALL, text("a"));

        await().atMost(Patience.some()).until(() -> last.getCount() == 0);
    }
}
