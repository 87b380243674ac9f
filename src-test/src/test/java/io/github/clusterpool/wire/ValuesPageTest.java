package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of values names just what the round-trip test sends. */
class ValuesPageTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:\\.\\w+)?)`");

    /** Named by what others see of them, or tested apart as they have no equals. */
    private static final Set<String> APART = Set.of(
            "Path",
            "Charset",
            "InetAddress",
            "ZoneId",
            "EnumSet",
            "URL",
            "Locale",
            "Pattern",
            "ArrayDeque",
            "PriorityQueue",
            "ConcurrentLinkedQueue",
            "ConcurrentLinkedDeque",
            "Runtime.Version");

    @Test
    void types_namedOnThePage_areThoseThatTravel() throws IOException {
        Set<String> sent = ValueSamples.all()
                .map(Object::getClass)
                .filter(type -> type.getName().startsWith("java.")
                        && Modifier.isPublic(type.getModifiers())
                        && !type.isEnum()
                        && !type.isMemberClass())
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        sent.removeAll(Set.of("Inet4Address", "Inet6Address"));
        sent.addAll(Set.of("SimpleEntry", "SimpleImmutableEntry"));

        Set<String> named = firstTable()
                .flatMap(row -> NAMED.matcher(row).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).containsAll(APART).containsAll(sent);
        named.removeAll(APART);
        assertThat(named.stream().filter(name -> !name.contains("."))).containsExactlyElementsOf(sent);
    }

    private static Stream<String> firstTable() throws IOException {
        return Files.readString(Path.of("..", "docs", "values.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("## The same class"))
                .takeWhile(line -> !line.startsWith("## Something else"))
                .filter(line -> line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| kind"));
    }
}
