package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
    @TempDir
    private Path temp;

    private Path folder;
    private final SomeClock clock = new SomeClock();

    @BeforeEach
    void setUp() {
        folder = temp.resolve("authority");
    }

    private Authority open() throws Exception {
        return Authority.open(folder, "farm", clock);
    }

    private static void assumePosix() {
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void open_firstTime_makesFilesThatOnlyTheOwnerReads() throws Exception {
        assumePosix();

        open();

        assertThat(permissions(folder)).isEqualTo("rwx------");
        assertThat(permissions(folder.resolve("authority.pem"))).isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .extracting(Path::getFileName)
                    .extracting(Path::toString)
                    .containsExactlyInAnyOrder("authority.pem", "authority.pem.lock");
        }
    }

    @Test
    void open_again_isTheSameAuthority() throws Exception {
        Authority first = open();

        Authority second = open();

        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(second.pin()).isEqualTo(first.pin()).hasSize(64);
        Credentials member = second.issue(Role.NODE, "n", Duration.ofDays(1));
        assertThat(TrustRules.issued(first.certificate(), member.certificate())).isTrue();
    }

    @Test
    void open_manyAtOnce_allGetTheSame() throws Exception {
        var opened = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return open().pin();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .limit(8)
                .toList();

        assertThat(opened.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    }

    @Test
    void open_fileThatOthersMayRead_isRefused() throws Exception {
        assumePosix();
        open();
        Path file = folder.resolve("authority.pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        TrustException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.OPEN_TO_OTHERS))
                .hasMessage(file
                        + " must have permissions 0600, got rw-r-----; if nobody has read or changed it, run: chmod 0600 '"
                        + file + "'");
    }

    @Test
    void open_folderThatOthersMayEnter_isRefused() throws Exception {
        assumePosix();
        open();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));

        assertThatThrownBy(this::open).hasMessageContaining(folder + " must have permissions 0700, got rwx--x--x");
    }

    @Test
    void open_otherClustersFolder_isRefused() throws Exception {
        open();

        assertThatThrownBy(() -> Authority.open(folder, "barn", clock))
                .hasMessage(folder.resolve("authority.pem")
                        + " must be of the cluster 'barn', got 'farm'; use that name, or another folder");
    }

    @Test
    void open_keyOfAnotherAuthority_isRefused() throws Exception {
        open();
        Path file = folder.resolve("authority.pem");
        String text = Files.readString(file);
        String certificate = text.substring(0, text.indexOf("-----BEGIN PRIVATE"));
        Files.writeString(
                file,
                certificate
                        + Pem.block(Pem.PRIVATE_KEY, Keys.make().getPrivate().getEncoded()));

        assertThatThrownBy(this::open)
                .hasMessage(file + " must hold a certificate and its key, got those of two authorities");
    }

    @Test
    void open_halfAFile_isRefusedWithoutShowingIt() throws Exception {
        open();
        Path file = folder.resolve("authority.pem");
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 60));

        assertThatThrownBy(this::open).hasMessage(file + " must hold in this order, in PEM: CERTIFICATE, PRIVATE KEY");
    }

    @Test
    void issue_longerThanTheAuthority_endsWithIt() throws Exception {
        Authority authority = open();

        Credentials member = authority.issue(Role.NODE, "n", Duration.ofDays(36500));

        assertThat(member.certificate().getNotAfter())
                .isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void issue_expiredAuthority_saysWhatToDo() throws Exception {
        Authority authority = open();
        clock.move(Duration.ofDays(3651));

        assertThatThrownBy(() -> authority.issue(Role.NODE, "n", Duration.ofDays(1)))
                .hasMessageContaining("must be valid to sign, it expired at")
                .hasMessageEndingWith("make a new one in another folder and let all nodes join it");
    }

    @Test
    void issue_nameThatIsNone_isRefused() throws Exception {
        Authority authority = open();

        assertThatThrownBy(() -> authority.issue(Role.NODE, "a/b", Duration.ofDays(1)))
                .hasMessage("name must be 1 to 63 letters, digits and . _ - between letters or digits, got 'a/b'");
    }
}
