package io.github.clusterpool.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
    private final String prefix = "clusterpool-test-" + UUID.randomUUID() + "-";

    @TempDir
    Path elsewhere;

    @Test
    void close_filesInIt_areGoneWithIt() throws IOException {
        TemporaryFolder folder = TemporaryFolder.create(prefix);
        Files.writeString(folder.path().resolve("file"), "x");

        folder.close();
        folder.close();

        assertThat(folder.path()).doesNotExist();
    }

    /** As a JVM that was killed leaves it. */
    private Path left(String name) throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Path left = Files.createDirectory(parent.resolve(prefix + name));
        fill(left);
        return left;
    }

    private static void fill(Path folder) throws IOException {
        Files.writeString(folder.resolve("lock"), "");
        Files.writeString(folder.resolve("file"), "x");
    }

    @Test
    void create_whatKilledJvmsHaveLeft_isDeletedAndWhatIsInUseStays() throws IOException {
        Path left = left("left");
        try (TemporaryFolder first = TemporaryFolder.create(prefix)) {
            assertThat(left).doesNotExist();

            try (TemporaryFolder second = TemporaryFolder.create(prefix)) {
                assertThat(first.path()).isDirectory();
                assertThat(second.path()).isDirectory().isNotEqualTo(first.path());
            }
        }
    }

    /** Others of this machine could lead it to any folder of this user's. */
    @Test
    void create_linkOfSuchAName_isLeftAlone() throws IOException {
        fill(elsewhere);
        Path link = Files.createSymbolicLink(
                Path.of(System.getProperty("java.io.tmpdir")).resolve(prefix + "link"), elsewhere);
        try (TemporaryFolder folder = TemporaryFolder.create(prefix)) {
            assertThat(folder.path()).isDirectory();
            assertThat(elsewhere.resolve("file")).exists();
        } finally {
            Files.delete(link);
        }
    }

    /** What cannot go now is for the next one to delete. */
    @Test
    void create_afterOneThatCouldNotGo_deletesIt() throws IOException {
        Path left = left("left");
        Path file =
                Files.writeString(Files.createDirectory(left.resolve("inside")).resolve("file"), "x");
        TemporaryFolder.create(prefix).close();
        assertThat(left).isDirectory();
        Files.delete(file);

        TemporaryFolder.create(prefix).close();

        assertThat(left).doesNotExist();
    }
}
