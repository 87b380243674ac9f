package io.github.clusterpool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class data sharing archive that makes worker JVMs of one command start fast; made once, kept in the user's cache.
 *
 * <p>Whatever is wrong with it costs start-up time only: nothing here throws because of the archive.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

    private final JvmCommand command;
    private final ArchiveFolder folder;
    private final @Nullable String key;
    private volatile @Nullable Path ready;

    private ClassArchive(JvmCommand command, ArchiveFolder folder, @Nullable String key) {
        this.command = command;
        this.folder = folder;
        this.key = key;
    }

    static ClassArchive of(JvmCommand command) {
        var home = Path.of(System.getProperty("user.home", ""));
        return of(command, ArchiveFolder.ofUser(System.getenv(), System.getProperty("os.name", ""), home));
    }

    /** Reads the folder of the class path's entries, so not for an actor's thread. */
    static ClassArchive of(JvmCommand command, ArchiveFolder folder) {
        try {
            var moved = command.classPath().jarsFirst();
            if (moved.isEmpty()) {
                LOG.debug("no class archive: a directory of the class path holds a file that a later jar holds too");
                return new ClassArchive(command, folder, null);
            }
            var ordered = command.with(moved.get());
            if (!ordered.classPath().jarHolds(ArchiveTraining.class.getName())
                    || !ordered.classPath().jarHolds(command.mainClass())) {
                LOG.debug("no class archive: {} must be in a jar, got a directory", command.mainClass());
                return new ClassArchive(command, folder, null);
            }
            folder.create();
            return new ClassArchive(ordered, folder, key(ordered));
        } catch (IOException notUsable) {
            LOG.info("no class archive, worker JVMs start more slowly: {}", notUsable.toString());
            return new ClassArchive(command, folder, null);
        }
    }

    /** The archive, if it exists for exactly this class path, these flags and this java. */
    Optional<Path> ready() {
        var known = ready;
        if (known == null || !Files.exists(known)) {
            known = key == null ? null : find(key);
            ready = known;
        }
        return Optional.ofNullable(known);
    }

    /** The command line of a worker JVM, with the archive if it is ready. */
    List<String> line(String... arguments) throws IOException {
        var sharing =
                ready().map(file -> List.of("-XX:SharedArchiveFile=" + file)).orElse(List.of());
        return command.line(sharing, arguments);
    }

    /**
     * Starts a JVM that makes the archive in the background, or nothing if it is there, has failed or cannot be made.
     *
     * <p>The JVM may be killed at any time; left alone, it ends within two minutes, whether or not this JVM still runs.
     */
    Optional<Process> train() {
        if (key == null || ready().isPresent() || folder.hasFailed(key)) {
            return Optional.empty();
        }
        try {
            var training =
                    command.with(new ClassPath(command.classPath().jars())).withMain(ArchiveTraining.class.getName());
            var line = training.line(
                    List.of("-XX:+RecordDynamicDumpInfo"), folder.path().toString(), key, command.mainClass());
            var process = start(line);
            process.onExit().thenRun(() -> ArchiveFolder.deleteQuietly(folder.temporary(process.pid())));
            return Optional.of(process);
        } catch (IOException notStarted) {
            LOG.info("the class archive was not made, worker JVMs start more slowly: {}", notStarted.toString());
            return Optional.empty();
        }
    }

    private static Process start(List<String> line) throws IOException {
        return new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private @Nullable Path find(String sought) {
        try {
            return folder.find(sought).orElse(null);
        } catch (IOException notReadable) {
            LOG.debug("no class archive: {}", notReadable.toString());
            return null;
        }
    }

    private static String key(JvmCommand command) throws IOException {
        var parts = new ArrayList<String>();
        parts.add(command.jdk().toString());
        parts.add(state(command.jdk().modules()));
        parts.addAll(command.flags());
        parts.add(command.mainClass());
        for (var jar : command.classPath().jars()) {
            parts.add(state(jar));
        }
        return HexFormat.of().formatHex(sha256(String.join("\n", parts)));
    }

    private static String state(Path file) throws IOException {
        return file + " " + (Files.exists(file) ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "missing");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }
}
