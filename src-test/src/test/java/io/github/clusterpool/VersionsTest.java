package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of other builds of clusterpool, and of other JDKs, in one cluster. */
@Tag("nodes")
class VersionsTest {
    private static final String PROTOCOL = "io/github/clusterpool/protocol";

    @TempDir
    Path folder;

    private final List<NodeJvm> nodes = new ArrayList<>();
    private String home;

    @BeforeEach
    void setUp() {
        home = folder.resolve("home").toString();
    }

    @AfterEach
    void endNodes() throws Exception {
        for (NodeJvm node : nodes) {
            node.close();
        }
    }

    private NodeJvm start(ProcessBuilder command) throws Exception {
        NodeJvm node = NodeJvm.start(command);
        nodes.add(node);
        return node;
    }

    private ProcessBuilder node(String name, String... more) {
        List<String> line = new ArrayList<>(List.of("node", "--home", home, "--workers", "2", "--name", name));
        line.addAll(List.of(more));
        return NodeJvm.command(line);
    }

    /** The same, of that build: it stands in front of ours on the class path. */
    private static ProcessBuilder of(Path build, ProcessBuilder command) {
        List<String> line = new ArrayList<>(command.command());
        int at = line.indexOf("-cp") + 1;
        line.set(at, build + System.getProperty("path.separator") + line.get(at));
        return command.command(line);
    }

    private static ProcessBuilder onJdk(Path jdk, ProcessBuilder command) {
        List<String> line = new ArrayList<>(command.command());
        line.set(0, jdk.resolve("bin").resolve("java").toString());
        return command.command(line);
    }

    /** A jar with the classes of this build that says that it is another one. */
    private Path build(String version, int protocol) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        Path jar = folder.resolve("clusterpool-core-" + version + ".jar");
        URI own = Version.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            if (Files.isDirectory(Path.of(own))) {
                copy(Path.of(own), out);
            } else {
                try (FileSystem there = FileSystems.newFileSystem(Path.of(own))) {
                    copy(there.getPath("/"), out);
                }
            }
            out.putNextEntry(new JarEntry(PROTOCOL));
            out.write(("" + protocol).getBytes(StandardCharsets.US_ASCII));
        }
        return jar;
    }

    private static void copy(Path classes, JarOutputStream out) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = classes.relativize(file).toString();
            if (!name.equals(PROTOCOL) && !name.startsWith("META-INF")) {
                out.putNextEntry(new JarEntry(name));
                Files.copy(file, out);
            }
        }
    }

    private PoolConfig config() {
        return LivePool.config("""
                name = versions, placement = cluster
                cluster { home = "%s", start-timeout = %ds }
                """.formatted(home, Patience.much().toSeconds())).workers(4);
    }

    /** The first node is restarted as the others are, by the command that began the cluster: it finds it again. */
    @Test
    void restart_allNodesWithTheNextPatchVersion_noTaskIsTriedTwice() throws Exception {
        NodeJvm first = start(node("node-1"));
        start(node("node-2", "--join", first.address()));
        start(node("node-3", "--join", first.address()));
        Path next = build("0.1.1", Version.OWN.protocol());
        AtomicBoolean over = new AtomicBoolean();
        try (Pool pool = Pool.open(config())) {
            CompletableFuture<Integer> work = CompletableFuture.supplyAsync(() -> jobsUntil(over, pool));

            for (int i = 0; i < 3; i++) {
                NodeJvm old = nodes.get(i);
                old.terminate();
                assertThat(old.exitCode()).isEqualTo(143);
                ProcessBuilder fresh = of(next, node(old.name(), i == 0 ? new String[0] : joinFirst()));
                nodes.set(
                        i,
                        NodeJvm.start(
                                i == 1
                                        ? OtherJdk.find()
                                                .map(jdk -> onJdk(jdk, fresh))
                                                .orElse(fresh)
                                        : fresh));
            }
            over.set(true);

            assertThat(work.get(Patience.much().toSeconds(), TimeUnit.SECONDS)).isPositive();
            pool.resize(6).join(Patience.much());
            assertThat(new HashSet<>(pool.call(() -> Version.OWN.build()).join(Patience.much())))
                    .containsExactly("0.1.1");
            assertThat(new HashSet<>(
                            pool.call(() -> Runtime.version().feature()).join(Patience.much())))
                    .hasSize(OtherJdk.find().isPresent() ? 2 : 1);
        }
    }

    private String[] joinFirst() {
        return new String[] {"--join", nodes.get(0).address()};
    }

    /** How many they were; fails if an element of them was tried twice. */
    private static int jobsUntil(AtomicBoolean over, Pool pool) {
        int jobs = 0;
        while (!over.get()) {
            List<Integer> attempts = pool.with(JobOptions.chunkSize(5))
                    .lapply(
                            IntStream.range(0, 200).boxed().toList(),
                            i -> TaskContext.current().attempt())
                    .join(Patience.much());
            assertThat(attempts).hasSize(200).containsOnly(1);
            jobs++;
        }
        return jobs;
    }

    @Test
    void join_nodeOfAnotherProtocol_isRefusedByAMessageThatNamesBoth() throws Exception {
        NodeJvm first = start(node("node-1"));
        Path said = folder.resolve("said");

        Process stranger = of(build("9.0.0", 99), node("node-2", "--join", first.address()))
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(stranger.waitFor(Patience.much().toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            stranger.destroyForcibly();
        }

        assertThat(stranger.exitValue()).as(Files.readString(said)).isEqualTo(3);
        // what its build is called depends on how the tests are run, and on which class of the package is loaded first
        String ours = "clusterpool \\S+ \\(protocol " + Version.OWN.protocol() + "\\)";
        assertThat(Files.readAllLines(said))
                .anyMatch(line -> line.matches("clusterpool: a member of this cluster must speak its protocol: this is"
                        + " clusterpool 9\\.0\\.0 \\(protocol 99\\), the member at clusterpool@"
                        + Pattern.quote(first.address()) + " is " + ours + ";.*"));
        Patience.await()
                .until(() -> first.said().stream()
                        .anyMatch(line -> line.matches(
                                ".*clusterpool 9\\.0\\.0 \\(protocol 99\\): this cluster is of " + ours + ".*")));
    }
}
