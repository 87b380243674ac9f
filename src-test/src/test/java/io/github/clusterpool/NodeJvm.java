package io.github.clusterpool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node of a cluster in a JVM of its own, started by its command line, on a port of the system's choice. */
@SuppressWarnings("try") // who waits for its end may be interrupted
public final class NodeJvm implements AutoCloseable {
    private static final Pattern GREETING = Pattern.compile("node (\\S+) at (\\S+:\\d+), \\d+ slots");

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private String name = "";
    private String address = "";

    private NodeJvm(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "node-output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it and waits until it is a member. */
    static NodeJvm start(Path home, String... arguments) throws Exception {
        return start(home, List.of("-XX:TieredStopAtLevel=1"), arguments);
    }

    /** The same with other options for the JVM. */
    public static NodeJvm start(Path home, List<String> jvm, String... arguments) throws Exception {
        return start(command(jvm, ClassPath.ofDriver(), ofNode(home, arguments)));
    }

    /** The same without what of the class path are folders, as no class archive is made or used with them. */
    public static NodeJvm startFromJars(Path home, List<String> jvm, String... arguments) throws Exception {
        return start(command(jvm, new ClassPath(ClassPath.ofDriver().jars()), ofNode(home, arguments)));
    }

    private static List<String> ofNode(Path home, String... arguments) {
        List<String> all = new ArrayList<>(List.of("node", "--home", home.toString(), "--port", "0"));
        all.addAll(List.of(arguments));
        return all;
    }

    static NodeJvm start(ProcessBuilder command) throws Exception {
        NodeJvm node = new NodeJvm(command.start());
        node.awaitMember();
        return node;
    }

    /** The command line as a process, with its standard error in its output. */
    static ProcessBuilder command(List<String> arguments) {
        return command(List.of("-XX:TieredStopAtLevel=1"), ClassPath.ofDriver(), arguments);
    }

    private static ProcessBuilder command(List<String> jvm, ClassPath classPath, List<String> arguments) {
        List<String> line =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        line.addAll(jvm);
        line.addAll(List.of(
                "-Xmx512m",
                "-Dclusterpool.cluster.start-timeout=" + Patience.much().toSeconds() + "s",
                "-Dclusterpool.max-message-size=256KiB",
                "-cp",
                classPath.toString(),
                "io.github.clusterpool.node.Main"));
        line.addAll(arguments);
        return new ProcessBuilder(line).redirectErrorStream(true);
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
                System.err.println("node " + process.pid() + ": " + line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }

    private void awaitMember() throws InterruptedException {
        long end = System.nanoTime() + Patience.much().toNanos();
        List<String> said = new ArrayList<>();
        while (process.isAlive() && System.nanoTime() < end) {
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            Matcher greeting = GREETING.matcher(line == null ? "" : line);
            if (greeting.matches()) {
                name = greeting.group(1);
                address = greeting.group(2);
                return;
            }
            if (line != null) {
                said.add(line);
            }
        }
        process.destroyForcibly();
        throw new AssertionError("the node did not join; it said " + said);
    }

    /** All that it has said since it is a member. */
    List<String> said() {
        return List.copyOf(lines);
    }

    String name() {
        return name;
    }

    public String address() {
        return address;
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    public int exitCode() throws InterruptedException {
        if (!process.waitFor(Patience.much().toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the node must end");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
