package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveFolderTest {
    @TempDir
    Path work;

    @Test
    void ofUser_eachSystem_isItsUsualPlace() {
        var home = Path.of("/home/u");

        assertThat(ArchiveFolder.ofUser(Map.of("XDG_CACHE_HOME", "/c"), "Linux", home)
                        .path())
                .isEqualTo(Path.of("/c/clusterpool"));
        assertThat(ArchiveFolder.ofUser(Map.of("XDG_CACHE_HOME", "relative"), "Linux", home)
                        .path())
                .isEqualTo(Path.of("/home/u/.cache/clusterpool"));
        assertThat(ArchiveFolder.ofUser(Map.of(), "Mac OS X", home).path())
                .isEqualTo(Path.of("/home/u/Library/Caches/clusterpool"));
        assertThat(ArchiveFolder.ofUser(Map.of("LOCALAPPDATA", "/local"), "Windows 11", home)
                        .path())
                .isEqualTo(Path.of("/local/clusterpool"));
    }

    @Test
    void find_keptFile_isFoundUnderItsKeyOnly() throws IOException {
        var folder = new ArchiveFolder(work);

        folder.keep("k1", Files.writeString(folder.temporary(1), "archive"));

        assertThat(folder.find("k1")).get().satisfies(file -> assertThat(file).hasContent("archive"));
        assertThat(folder.find("k")).isEmpty();
        assertThat(folder.temporary(1)).doesNotExist();
    }

    @Test
    void find_damagedFile_isEmptyAndDeletesIt() throws IOException {
        var folder = new ArchiveFolder(work);
        folder.keep("k1", Files.writeString(folder.temporary(1), "archive"));
        var file = folder.find("k1").orElseThrow();
        Files.writeString(file, "archivE");

        assertThat(folder.find("k1")).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void keep_ninthFile_deletesTheOneUnusedForLongest() throws IOException {
        var folder = new ArchiveFolder(work);
        for (int i = 0; i < 8; i++) {
            folder.keep("k" + i, Files.writeString(folder.temporary(1), "archive " + i));
            Files.setLastModifiedTime(folder.find("k" + i).orElseThrow(), FileTime.fromMillis(1_000 * i));
        }
        folder.find("k0");

        folder.keep("k8", Files.writeString(folder.temporary(1), "archive 8"));

        assertThat(folder.find("k0")).isPresent();
        assertThat(folder.find("k1")).isEmpty();
        assertThat(folder.find("k8")).isPresent();
    }
}
