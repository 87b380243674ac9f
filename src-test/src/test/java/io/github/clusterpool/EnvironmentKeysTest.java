package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each key of the configuration can be set by a variable of the environment. */
class EnvironmentKeysTest {
    private static final Path APPLICATION = Path.of("..", "application.conf");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\?(CLUSTERPOOL_\\w+)}");

    private static Config reference() {
        return SystemConfig.reference(PoolConfig.class).getConfig("clusterpool");
    }

    /** Its path, without {@code cluster.}, as that is what most of them are about. */
    private static String twin(String key) {
        return key.equals("cluster.name")
                ? "CLUSTERPOOL_CLUSTER"
                : "CLUSTERPOOL_"
                        + key.replaceFirst("^cluster\\.", "")
                                .replaceAll("[.-]", "_")
                                .toUpperCase(Locale.ROOT);
    }

    /** Lists have none, nor has the dispatcher, which is Pekko's. */
    private static Set<String> keys() {
        return reference().entrySet().stream()
                .filter(entry -> entry.getValue().valueType() != ConfigValueType.LIST)
                .map(Map.Entry::getKey)
                .filter(key -> !key.startsWith("dispatcher."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> variables() throws IOException {
        return VARIABLE.matcher(Files.readString(APPLICATION))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void applicationConf_eachKeyOfTheReference_hasItsVariable() throws IOException {
        Set<String> expected =
                keys().stream().map(EnvironmentKeysTest::twin).collect(Collectors.toCollection(TreeSet::new));

        assertThat(expected).hasSizeGreaterThan(35);
        assertThat(variables()).isEqualTo(expected);
    }

    @Test
    void applicationConf_aVariableIsSet_setsItsKey() {
        Config application = ConfigFactory.parseFile(
                APPLICATION.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        for (String key : keys()) {
            Config resolved = application.resolveWith(
                    ConfigFactory.parseString(twin(key) + " = from-outside"),
                    ConfigResolveOptions.defaults().setUseSystemEnvironment(false));

            assertThat(resolved.getString("clusterpool." + key)).as(key).isEqualTo("from-outside");
        }
    }

    @Test
    void operationsPage_eachKeyOfTheCluster_isInItsTable() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "operations.md"));

        for (String key : keys()) {
            if (key.startsWith("cluster.")) {
                assertThat(page).contains("| `clusterpool." + key + "` |").contains("`" + twin(key) + "`");
            }
        }
    }
}
