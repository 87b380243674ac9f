package io.github.clusterpool.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.clusterpool.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over Unix domain sockets. */
class UnixEndpointTest extends EndpointTest {
    @TempDir
    Path folder;

    private int last;

    @BeforeEach
    void begin() {
        last = 0;
    }

    @Override
    Address at() {
        last++;
        return new Address.UnixSocket(folder.resolve(String.valueOf(last)));
    }

    @Override
    String peer() {
        return "a process that may open unix:" + folder;
    }

    private Endpoint open(Address at) throws IOException {
        return Endpoint.open("clusterpool-net-test", at, PoolKey.random(), 1_000, frame -> {}, text -> {});
    }

    /** Who could not connect is not waited for: the next frame tries again, and goes to who listens there by then. */
    @Test
    void send_whereNobodyListensYet_laterFramesArriveThere() throws IOException {
        Endpoint from = sender();
        Address later = at();
        from.send(later, Lane.SMALL, text("lost"));
        from.send(receiver(at()).address(), Lane.SMALL, text("after that"));
        await().atMost(Patience.some()).until(() -> texts().equals(List.of("after that")));

        Endpoint to = receiver(later);

        await().atMost(Patience.some()).until(() -> {
            from.send(to.address(), Lane.SMALL, text("found"));
            return texts().contains("found");
        });
        assertThat(texts()).doesNotContain("lost");
    }

    @Test
    void close_itsFileIsGone() throws IOException {
        Address at = at();
        Endpoint endpoint = open(at);
        assertThat(endpoint.address()).isEqualTo(at);
        assertThat(folder).isNotEmptyDirectory();

        endpoint.close();

        await().atMost(Patience.some()).until(() -> !endpoint.isServing());
        assertThat(folder).isEmptyDirectory();
    }

    /** Names of such sockets are short; those who listen say so, and leave nothing behind. */
    @Test
    void open_nameThatIsTooLong_isAnError() {
        Path deep = folder.resolve("d".repeat(120));

        assertThatThrownBy(() -> open(new Address.UnixSocket(deep))).isInstanceOf(IOException.class);

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("clusterpool-net-test"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void open_whereAnotherListens_isAnErrorAndLeavesThatAlone() throws IOException {
        Address at = at();
        Endpoint first = open(at);

        assertThatThrownBy(() -> open(at)).isInstanceOf(IOException.class);

        assertThat(Files.exists(((Address.UnixSocket) at).path())).isTrue();
        first.close();
        await().atMost(Patience.some()).until(() -> !first.isServing());
    }
}
