package io.github.clusterpool.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.clusterpool.Patience;
import io.github.clusterpool.PoolConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files by which nodes are deployed say what the nodes do. */
class DeployFilesTest {
    private static final Path FOLDER = Path.of("..", "cluster-node", "src", "main", "deploy");
    private static final int LEAVING_SECONDS = 15;

    private final Map<String, Map<String, Object>> documents = documents();
    private final Map<String, Object> container = containers().get(0);

    private static Map<String, Map<String, Object>> documents() {
        try {
            String text = Files.readString(FOLDER.resolve("kubernetes.yaml"));
            Iterable<Object> all = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text);
            return StreamSupport.stream(all.spliterator(), false)
                    .map(DeployFilesTest::map)
                    .collect(Collectors.toMap(each -> (String) each.get("kind"), each -> each));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked") // what is asked for is in the file, or the test fails
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static Object at(Object value, String path) {
        for (String key : path.split("/", -1)) {
            value = map(value).get(key);
            assertThat(value).as(path).isNotNull();
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }

    private List<Map<String, Object>> containers() {
        return list(at(documents.get("StatefulSet"), "spec/template/spec/containers"));
    }

    private Map<String, Integer> ports() {
        return list(container.get("ports")).stream().collect(Collectors.toMap(port -> (String) port.get("name"), port ->
                (Integer) port.get("containerPort")));
    }

    private Map<String, Object> environment() {
        return list(container.get("env")).stream()
                .collect(Collectors.toMap(
                        each -> (String) each.get("name"), each -> each.getOrDefault("value", "from the pod")));
    }

    @Test
    void kubernetes_serviceAndSet_belongTogether() {
        Map<String, Object> service = documents.get("Service");
        Map<String, Object> set = documents.get("StatefulSet");

        assertThat(at(service, "spec/clusterIP")).isEqualTo("None");
        assertThat(at(service, "spec/publishNotReadyAddresses")).isEqualTo(true);
        assertThat(at(set, "spec/serviceName")).isEqualTo(at(service, "metadata/name"));
        assertThat(at(set, "spec/selector/matchLabels")).isEqualTo(at(set, "spec/template/metadata/labels"));
        assertThat(at(service, "spec/selector")).isEqualTo(at(set, "spec/template/metadata/labels"));
        assertThat(list(at(service, "spec/ports"))).allSatisfy(port -> {
            assertThat(ports()).containsEntry((String) port.get("targetPort"), (Integer) port.get("port"));
        });
    }

    @Test
    void kubernetes_environment_isWhatNodesRead() throws IOException {
        String application = Files.readString(Path.of("..", "application.conf"));

        assertThat(environment())
                .isNotEmpty()
                .allSatisfy((name, value) -> assertThat(application).contains("${?" + name + "}"));
        assertThat(environment())
                .containsEntry("CLUSTERPOOL_PORT", "" + ports().get("members"))
                .containsEntry("CLUSTERPOOL_ENROLMENT_PORT", "" + ports().get("enrolment"))
                .containsEntry("CLUSTERPOOL_HEALTH", "0.0.0.0:" + ports().get("health"));
        assertThat(list(at(documents.get("StatefulSet"), "spec/volumeClaimTemplates"))
                        .get(0)
                        .get("metadata")
                        .toString())
                .contains("data");
    }

    @Test
    void kubernetes_probes_askWhatIsAnswered() throws Exception {
        try (Health health = Health.open("0", () -> true)) {
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                String path = (String) at(container, probe + "/httpGet/path");
                assertThat(ports()).containsKey((String) at(container, probe + "/httpGet/port"));
                assertThat(HealthTest.status(health, path)).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void kubernetes_command_isOneThatTheCommandLineTakes() {
        String script = (String) ((List<?>) container.get("args")).get(0);

        assertThat(script).contains("exec java", "@/app/jib-main-class-file node");
        assertThat(Main.commandLine()
                        .parseArgs(
                                "node",
                                "--join",
                                "clusterpool-0.clusterpool:7355",
                                "--ticket",
                                "/tickets/clusterpool-1")
                        .errors())
                .isEmpty();
    }

    @Test
    void graces_ofBothFiles_leaveTimeToDrain() throws IOException {
        long drains = PoolConfig.loaded().cluster().drainGrace().toSeconds() + LEAVING_SECONDS;

        assertThat((int) at(documents.get("StatefulSet"), "spec/template/spec/terminationGracePeriodSeconds"))
                .isGreaterThan((int) drains);
        assertThat(Files.readAllLines(FOLDER.resolve("clusterpool.service")))
                .contains("TimeoutStopSec=80", "SuccessExitStatus=143");
    }

    @Test
    void systemd_unit_isVerified(@TempDir Path folder) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "skipped: systemd-analyze is not installed");
        // what the unit names need not be on the machine of the tests
        String unit = Files.readString(FOLDER.resolve("clusterpool.service"))
                .replace(
                        "/usr/bin/java",
                        ProcessHandle.current().info().command().orElseThrow())
                .replace("User=clusterpool\n", "");
        Path file = Files.writeString(folder.resolve("clusterpool.service"), unit);

        Process process = new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(Patience.some().toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(said.lines().filter(line -> line.contains("clusterpool.service")))
                .isEmpty();
    }
}
