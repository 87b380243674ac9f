package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.net.Address;
import io.github.clusterpool.net.PoolKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver and its worker JVMs listen, and what is left of that. */
@Timeout(300)
class SocketsTest {
    @TempDir
    Path folder;

    private static PoolConfig config(String more) {
        return LivePool.config("name = sockets, placement = processes, workers = 1" + more);
    }

    private static Path folderOf(Pool pool) {
        String node = pool.status().workers().get(0).node();
        assertThat(node).startsWith("unix:");
        return Path.of(node.substring("unix:".length())).getParent();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void folder_whileThePoolLives_isOpenToThisUserAloneAndGoesWithIt() throws IOException {
        Path sockets;
        try (Pool pool = Pool.open(config(""))) {
            value(pool.call(() -> 0));
            sockets = folderOf(pool);

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sockets)))
                    .isEqualTo("rwx------");
        }
        assertThat(sockets).doesNotExist();
    }

    @Test
    void worker_killed_itsSocketGoes() throws IOException {
        try (Pool pool = Pool.open(config(""))) {
            value(pool.call(() -> 0));
            Path sockets = folderOf(pool);
            int before = files(sockets).size();

            ProcessHandle.of(pool.status().workers().get(0).pid()).ifPresent(ProcessHandle::destroyForcibly);
            value(pool.call(() -> 0));

            Patience.await().until(() -> files(sockets).size() == before);
        }
    }

    @Test
    void pool_thatIsMadeAnewAfterItsClose_listensAgain() {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "sockets",
                ConfigFactory.parseString("clusterpool.placement = processes").withFallback(ConfigFactory.load()));
        try {
            Pool pool = Pool.get(system, "sockets");
            value(pool.init(1));
            Path first = folderOf(pool);
            pool.close();

            value(pool.init(1));

            assertThat(value(pool.call(() -> 7))).containsExactly(7);
            assertThat(folderOf(pool)).isNotEqualTo(first);
            assertThat(first).doesNotExist();
        } finally {
            system.terminate();
            Leftovers.expectNone("sockets");
        }
    }

    /** Connections that are there go on, and new workers get other sockets. */
    @Test
    void folder_deletedBySomebodyElse_newWorkersComeAllTheSame() throws IOException {
        try (Pool pool = Pool.open(config(", workers = 2"))) {
            value(pool.call(() -> 0));
            Path sockets = folderOf(pool);
            for (Path each : files(sockets)) {
                Files.delete(each);
            }
            Files.delete(sockets);

            assertThat(value(pool.call(() -> 1))).containsExactly(1, 1);
            long pid = pool.status().workers().get(0).pid();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);

            Patience.await().until(() -> {
                List<Long> pids = value(pool.call(() -> ProcessHandle.current().pid()));
                return pids.size() == 2 && !pids.contains(pid);
            });
            assertThat(folderOf(pool)).isNotEqualTo(sockets);
        }
    }

    @Test
    void unixSockets_off_loopbackIsUsed() {
        try (Pool pool = Pool.open(config(", processes.unix-sockets = off"))) {
            value(pool.call(() -> 0));

            assertThat(pool.status().workers().get(0).node()).startsWith("127.0.0.1:");
        }
    }

    private String whereWorkerIs(Path temporary) throws Exception {
        Ledger ledger = Ledger.in(folder);
        DriverJvm.run(
                Patience.scaled(120), List.of("-Djava.io.tmpdir=" + temporary), SocketsDriver.class, ledger.file());
        return ledger.lines().get(0);
    }

    @Test
    void folder_whoseNameIsTooLong_loopbackIsUsed() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("d".repeat(120)));

        assertThat(whereWorkerIs(temporary)).startsWith("127.0.0.1:");

        assertThat(files(temporary)).noneMatch(SocketsTest::isOfSockets);
    }

    private static boolean isOfSockets(Path file) {
        return file.getFileName().toString().startsWith("clusterpool-net-");
    }

    @Test
    void driver_killed_itsFolderGoesWithTheNextDriver() throws Exception {
        assumeThat(folder.toString()).hasSizeLessThan(60);
        Ledger ledger = Ledger.in(folder);
        Gate never = Gate.in(folder);
        Path temporary = Files.createDirectory(folder.resolve("t"));
        Process driver = DriverJvm.start(
                List.of("-Djava.io.tmpdir=" + temporary), SocketsDriver.class, ledger.file(), never.file());
        try {
            Patience.await().until(() -> !ledger.lines().isEmpty() || !driver.isAlive());
        } finally {
            driver.destroyForcibly().waitFor();
        }
        assertThat(files(temporary)).anyMatch(SocketsTest::isOfSockets);

        assertThat(whereWorkerIs(temporary)).startsWith("unix:" + temporary);

        assertThat(files(temporary)).noneMatch(SocketsTest::isOfSockets);
    }

    /** A process that closes another channel of a file that it has locked loses the lock. */
    @Test
    void folder_ofOneOfTwoPools_outlivesOtherDrivers() throws Exception {
        String own = System.getProperty("java.io.tmpdir");
        try (Sockets first = Sockets.open(config(""), PoolKey.random());
                Sockets second = Sockets.open(config(""), PoolKey.random())) {
            assertThat(whereWorkerIs(Path.of(own))).startsWith("unix:" + own);

            assertThat(first.transport().address()).matches(SocketsTest::isThere);
            assertThat(second.transport().address()).matches(SocketsTest::isThere);
        }
    }

    private static boolean isThere(Address address) {
        return address instanceof Address.UnixSocket file && Files.exists(file.path());
    }

    @Test
    void next_addresses_areNeverTheSame() {
        try (Sockets sockets = Sockets.open(config(""), PoolKey.random())) {
            Address first = sockets.next();

            assertThat(sockets.next()).isNotEqualTo(first);
        }
    }
}
