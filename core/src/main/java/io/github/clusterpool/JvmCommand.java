package io.github.clusterpool;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a worker JVM: with the driver's own class path, tuned to start fast and stay small. */
record JvmCommand(Jdk jdk, List<String> flags, ClassPath classPath, String mainClass) {
    /** Linux takes 128 KiB in one argument, Windows 32 Ki characters in all. */
    private static final int LONGEST_ARGUMENT = File.separatorChar == '/' ? 100_000 : 16_000;

    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    JvmCommand {
        flags = List.copyOf(flags);
    }

    /** The {@code options} are the user's, and stand last so that they win. */
    static JvmCommand of(Jdk jdk, String mainClass, List<String> options) {
        var flags = new ArrayList<>(tuned(jdk.feature()));
        flags.addAll(heap(options));
        flags.addAll(options);
        return new JvmCommand(jdk, flags, ClassPath.ofDriver(), mainClass);
    }

    JvmCommand with(ClassPath other) {
        return new JvmCommand(jdk, flags, other, mainClass);
    }

    JvmCommand withMain(String other) {
        return new JvmCommand(jdk, flags, classPath, other);
    }

    /** {@code first} stands before the flags; {@code arguments} are seen by everyone on this machine: no secrets. */
    List<String> line(List<String> first, String... arguments) throws IOException {
        var line = new ArrayList<String>();
        line.add(jdk.java().toString());
        line.addAll(first);
        line.addAll(flags);
        line.addAll(classPathArguments());
        line.add(mainClass);
        line.addAll(List.of(arguments));
        return line;
    }

    private List<String> classPathArguments() throws IOException {
        var text = classPath.toString();
        if (text.length() <= LONGEST_ARGUMENT) {
            return List.of("-cp", text);
        }
        var file = Files.createTempFile("clusterpool-", ".args");
        file.toFile().deleteOnExit();
        Files.writeString(
                file, "-cp \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"", Charset.defaultCharset());
        return List.of("@" + file);
    }

    /**
     * A JVM of another system does not know the flag and would not start, and one without such pages warns.
     *
     * @param setting where Linux says what it gives, such as {@code always [madvise] never}
     */
    static boolean hasHugePages(Path setting) {
        try {
            return Files.isReadable(setting) && !Files.readString(setting).contains("[never]");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * What the heap begins with: the default, 1/64 of the machine, would be filled before the first collection. A JVM whose
     * user bounds the heap may have no more; any other has room for what a chunk of small elements leaves behind, or these
     * cost a collection every few milliseconds. Large arrays begin where they would be copied to, and leave room there for
     * some more, or each would cost a full collection.
     */
    private static List<String> heap(List<String> options) {
        var flags = new ArrayList<>(List.of("-XX:PretenureSizeThreshold=1m"));
        if (sets(options, "-Xmx")) {
            flags.add("-Xms16m");
        } else {
            flags.addAll(List.of("-Xms24m", "-XX:NewSize=14m"));
        }
        if (!sets(options, "-XX:MinHeapFreeRatio") && !sets(options, "-XX:MaxHeapFreeRatio")) { // one bounds the other
            flags.addAll(List.of("-XX:MinHeapFreeRatio=70", "-XX:MaxHeapFreeRatio=85"));
        }
        return flags;
    }

    private static boolean sets(List<String> options, String flag) {
        return options.stream().anyMatch(option -> option.startsWith(flag));
    }

    private static List<String> tuned(int jdk) {
        var flags = new ArrayList<>(List.of(
                // no collector threads: many small JVMs share the machine's cores
                "-XX:+UseSerialGC",
                "-Xss512k",
                // no file in /tmp/hsperfdata written at every start and every collection
                "-XX:-UsePerfData",
                // a worker that is out of memory is replaced, never used further
                "-XX:+ExitOnOutOfMemoryError",
                "-Xshare:auto",
                // the best compiler waits four times as long as by default: what only starts a JVM is not worth its
                // time
                "-XX:Tier4InvocationThreshold=20000",
                "-XX:Tier4MinInvocationThreshold=2400",
                "-XX:Tier4CompileThreshold=60000",
                "-XX:Tier4BackEdgeThreshold=160000",
                // warnings, such as of a stale class archive, must not mix with the output of user code
                "-Xlog:disable",
                // (cds: class archives, called aot since JDK 24, where even a missing one is an error)
                jdk >= 24 ? "-Xlog:all=error,cds*=off,aot*=off:stderr" : "-Xlog:all=error,cds*=off:stderr"));
        if (hasHugePages(HUGE_PAGES)) {
            // large values come often into fresh memory, which costs more by small pages than all else
            flags.add("-XX:+UseTransparentHugePages");
        }
        if (jdk >= 24) {
            // Pekko's and Scala's use of Unsafe warns on stderr at every start
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        return flags;
    }
}
