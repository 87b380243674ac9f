package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolConfigTest {
    private static PoolConfig of(String hocon) {
        return PoolConfig.from(ConfigFactory.parseString(hocon));
    }

    @Test
    void from_nothingSet_givesReference() {
        PoolConfig config = of("");

        assertThat(config.name()).isEqualTo("default");
        assertThat(config.placement()).isEqualTo(Placement.IN_PROCESS);
        assertThat(config.workers()).isEqualTo(10);
        assertThat(config.cancelGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.lease())
                .isEqualTo(new PoolConfig.Lease(Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(15)));
        assertThat(config.maxMessageSize()).isEqualTo(1024 * 1024);
        assertThat(config.restart())
                .isEqualTo(new PoolConfig.Restart(10, 3, Duration.ofMillis(200), Duration.ofSeconds(10)));
    }

    @Test
    void from_units_areRead() {
        PoolConfig config = of("clusterpool { cancel-grace = 2m, max-message-size = 64KiB, placement = processes,"
                + " queue.max-bytes = 1 MB, restart.min-backoff = 1500ms, processes.archive = off }");

        assertThat(config.cancelGrace()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.maxMessageSize()).isEqualTo(65_536);
        assertThat(config.placement()).isEqualTo(Placement.PROCESSES);
        assertThat(config.queue().bytes()).isEqualTo(1_000_000);
        assertThat(config.restart().minBackoff()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.processes().archive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workers = 0 | clusterpool.workers must be at least 1, got 0",
                "worker.credit = 0 | clusterpool.worker.credit must be at least 1, got 0",
                "lease.heartbeat = 0s | clusterpool.lease.heartbeat must be longer than zero, got PT0S",
                "lease.suspect = 1s | clusterpool.lease.suspect must be longer than clusterpool.lease.heartbeat (PT1S), got PT1S",
                "lease.lost = 3s | clusterpool.lease.lost must be longer than clusterpool.lease.suspect (PT4S), got PT3S",
                "cancel-grace = 0s | clusterpool.cancel-grace must be longer than zero, got PT0S",
                "max-message-size = 1000 | clusterpool.max-message-size must be at least 1024, got 1000",
                "max-message-size = 1GiB | clusterpool.max-message-size must be at most 536870912, got 1073741824",
                "blob.threshold = 10 | clusterpool.blob.threshold must be at least 37, got 10",
                "blob.threshold = 2MiB | clusterpool.blob.threshold must be at most 1048576, got 2097152",
                "blob.max-size = 1KiB | clusterpool.blob.max-size must be at least 65536, got 1024",
                "blob.max-size = 2GiB | clusterpool.blob.max-size must be at most 2146435072, got 2147483648",
                "blob.memory = 0 | clusterpool.blob.memory must be at least 1, got 0",
                "blob.disk = 0 | clusterpool.blob.disk must be at least 1, got 0",
                "code-shipping = maybe | clusterpool.code-shipping must be one of local, mtls, on, off, got maybe",
                "processes.spares = -1 | clusterpool.processes.spares must be at least 0, got -1",
                "processes.isolated = maybe | clusterpool.processes.isolated must be one of off, on, got maybe",
                "processes.unix-sockets = on | clusterpool.processes.unix-sockets must be one of off, auto, got on",
                "min-workers = 0 | clusterpool.min-workers must be at least 1, got 0",
                "autoscale.min = 0 | clusterpool.autoscale.min must be at least 1, got 0",
                "autoscale { min = 4, max = 3 } | clusterpool.autoscale.max must be at least 4, got 3",
                "autoscale.grow-after = 0 | clusterpool.autoscale.grow-after must be longer than zero, got PT0S",
                "autoscale.shrink-after = 0 | clusterpool.autoscale.shrink-after must be longer than zero, got PT0S",
                "cluster.local-workers = -1 | clusterpool.cluster.local-workers must be at least 0, got -1",
                "cluster { local-workers = 2, hosted = on } | clusterpool.cluster.local-workers must be 0 for a pool that the"
                        + " nodes host (clusterpool.cluster.hosted), which has no driver, got 2",
                "cluster.on-nodes = a_b_ | clusterpool.cluster.on-nodes must be 1 to 63 letters, digits and . _ - between letters or digits, got a_b_",
                "max-depth = 0 | clusterpool.max-depth must be at least 1, got 0",
                "restart.limit = 0 | clusterpool.restart.limit must be at least 1, got 0",
                "restart.start-attempts = 0 | clusterpool.restart.start-attempts must be at least 1, got 0",
                "restart.min-backoff = 0 | clusterpool.restart.min-backoff must be longer than zero, got PT0S",
                "restart.max-backoff = 0 | clusterpool.restart.max-backoff must be longer than zero, got PT0S",
                "processes.start-timeout = 0 | clusterpool.processes.start-timeout must be longer than zero, got PT0S",
                "processes.stop-grace = 0 | clusterpool.processes.stop-grace must be longer than zero, got PT0S",
                "placement = mars | clusterpool.placement must be one of in-process, processes, cluster, got mars",
                "processes.archive = on | clusterpool.processes.archive must be one of off, auto, got on",
                "name = a-b | clusterpool.name must be an identifier (letters, digits, _ and $, no digit first), got 'a-b'"
            })
    void from_badValue_namesKeyBoundAndValue(String setting, String message) {
        assertThatThrownBy(() -> of("clusterpool." + setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "journal.max-entries = 0 | clusterpool.journal.max-entries must be at least 1, got 0",
                "journal.max-bytes = 0 | clusterpool.journal.max-bytes must be at least 1, got 0",
                "queue.max-tasks = 0 | clusterpool.queue.max-tasks must be at least 1, got 0",
                "queue.max-bytes = 0 | clusterpool.queue.max-bytes must be at least 1, got 0"
            })
    void from_badLimit_namesItsOwnKey(String setting, String message) {
        assertThatThrownBy(() -> of("clusterpool." + setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void from_unknownKey_isNamedWithTheKnown() {
        assertThatThrownBy(() -> of("clusterpool.wrokers = 3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown configuration key clusterpool.wrokers; known keys: ")
                .hasMessageContaining("known keys: allowed-prefixes,"
                        + " autoscale.grow-after, autoscale.max, autoscale.min, autoscale.shrink-after, blob.disk, blob.max-size, blob.memory,"
                        + " blob.threshold, cancel-grace,"
                        + " cluster.backlog.max-bytes, cluster.backlog.max-tasks,"
                        + " cluster.drain-grace, cluster.enrolment-port, cluster.health, cluster.hold, cluster.hold-bytes, cluster.hold-copy-bytes,"
                        + " cluster.home, cluster.host, cluster.hosted, cluster.join,"
                        + " cluster.local-workers, cluster.name, cluster.node-name, cluster.on-nodes, cluster.port,"
                        + " cluster.rebalance, cluster.remove-after, cluster.slots, cluster.start-timeout, cluster.tags,"
                        + " code-shipping, jars, journal.max-bytes, ")
                .hasMessageNotContaining("dispatcher");
    }

    @Test
    void from_wrongType_saysWhereAndWhereToLook() {
        assertThatThrownBy(() -> of("clusterpool.workers = many"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("workers has type STRING rather than NUMBER")
                .hasMessageEndingWith("; see reference.conf of clusterpool-core for all keys");
    }

    @Test
    void from_dispatcher_mayHaveAnyKey() {
        assertThat(of("clusterpool.dispatcher.thread-pool-executor.fixed-pool-size = 4")
                        .workers())
                .isEqualTo(10);
    }

    @Test
    void javaHome_withoutAJavaThatCanRunThis_isRefusedBeforeAnythingStarts(@TempDir Path home) throws IOException {
        PoolConfig config = PoolConfig.processes(1);
        String refused =
                "clusterpool.processes.java-home must be the folder of a JDK or JRE 17 or later, got " + home + ": ";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.javaHome(home))
                .withMessage(refused + "no executable bin/java in it");
        Path java = Files.createFile(Files.createDirectory(home.resolve("bin")).resolve("java"));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.javaHome(home))
                .withMessage(refused + "no readable file release in it");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Somebody\"\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config.javaHome(home))
                .withMessage(refused + "no JAVA_VERSION in its file release");
        for (String version : List.of("1.8.0_392", "11.0.2")) {
            Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> config.javaHome(home))
                    .withMessage(refused + "version " + version);
        }
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"21.0.4\"\n");
        assertThat(config.javaHome(home)
                        .jvmOptions("-Xmx1g")
                        .isolated()
                        .processes()
                        .javaHome())
                .isEqualTo(home);
    }

    @Test
    void withers_oneValue_keepTheRest() {
        PoolConfig config = PoolConfig.inProcess(3).name("other").jvmOptions("-Xmx64m");

        assertThat(config.workers()).isEqualTo(3);
        assertThat(config.name()).isEqualTo("other");
        assertThat(config.processes().jvmOptions()).containsExactly("-Xmx64m");
        assertThat(config.isolated().spares(2).jvmOptions("-Xmx32m").processes())
                .isEqualTo(new PoolConfig.Processes(
                        null,
                        List.of("-Xmx32m"),
                        config.processes().startTimeout(),
                        config.processes().stopGrace(),
                        true,
                        true,
                        true,
                        2));
        assertThatThrownBy(() -> config.workers(0)).hasMessage("clusterpool.workers must be at least 1, got 0");
    }
}
