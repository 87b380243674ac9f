package io.github.clusterpool.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthTest {
    static int status(Health health, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + health.address().getPort() + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Patience.some()).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void ready_nodeThatIsNot_is503AndAliveAllTheSame() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        try (Health health = Health.open("0", ready::get)) {
            assertThat(status(health, "/ready")).isEqualTo(503);
            assertThat(status(health, "/alive")).isEqualTo(200);

            ready.set(true);

            assertThat(status(health, "/ready")).isEqualTo(200);
            assertThat(status(health, "/anything")).isEqualTo(404);
        }
    }

    @Test
    void open_portAlone_isTheLoopbackAddress() throws Exception {
        try (Health health = Health.open("0", () -> true)) {
            assertThat(health.address().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        }
    }

    @Test
    void alive_othersSendNothing_isAnswered() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (Health health = Health.open("0", () -> true)) {
            for (int i = 0; i < 30; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), health.address().getPort());
                socket.getOutputStream().write("GET /al".getBytes(StandardCharsets.US_ASCII));
                silent.add(socket);
            }

            assertThat(status(health, "/alive")).isEqualTo(200);
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }
}
