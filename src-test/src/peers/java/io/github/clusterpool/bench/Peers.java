package io.github.clusterpool.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures the pool beside its peers and beside what they all stand on: each does the same in turn, round by round, after
 * the same warm-up, each in a process of its own. Prints Markdown, and writes it and JSON.
 *
 * <p>{@code Peers FILE}: without the ending. {@code -Dpeers.size=smallest} does little of everything;
 * {@code -Dpeers.who=Hazelcast,Ignite} lets only some take part, {@code -Dpeers.what=SINGLES,MAP_MUCH} does only some
 * {@link Row}s.
 */
public final class Peers {
    private Peers() {}

    public static void main(String[] args) throws Exception {
        Size size = Size.of(System.getProperty("peers.size", "full"));
        Set<Row> what = list("peers.what").stream().map(Row::valueOf).collect(Collectors.toSet());
        Map<String, Object> machine = Machine.facts();
        machine.put("load before", Machine.load());
        Path folder = Files.createTempDirectory("peers");
        List<ContestantProcess> contestants = new ArrayList<>();
        Thread ending = new Thread(() -> {
            contestants.forEach(ContestantProcess::end);
            delete(folder);
        });
        Runtime.getRuntime().addShutdownHook(ending); // nothing outlives it, even if it is interrupted
        try {
            Entrants entrants = new Entrants(list("peers.who"), folder, size);
            contestants.addAll(entrants.contestants());
            Figures figures = new Figures();
            long begin = System.nanoTime();
            new Course(size, what, contestants, figures).run();
            machine.put("load after", Machine.load());
            machine.put("seconds", (System.nanoTime() - begin) / 1_000_000_000);
            List<String> names =
                    contestants.stream().map(ContestantProcess::name).toList();
            tell(new Report(size, machine, names, entrants.absent(), figures), Path.of(args[0]));
            expectNoFailureOfOurs(size, figures);
        } finally {
            for (ContestantProcess contestant : contestants) {
                contestant.close();
            }
        }
    }

    private static Set<String> list(String property) {
        return Arrays.stream(System.getProperty(property, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private static void tell(Report report, Path file) throws IOException {
        System.out.print(report.markdown());
        Files.writeString(Path.of(file + ".md"), report.markdown());
        report.writeJson(Path.of(file + ".json"));
    }

    private static void expectNoFailureOfOurs(Size size, Figures figures) {
        for (String ours : List.of(Entrants.OURS, Entrants.IN_PROCESS)) {
            figures.rows().forEach((row, cells) -> {
                Figure figure = cells.get(ours);
                if (figure != null && !figure.isThere()) {
                    throw new IllegalStateException(row.label(size) + ": " + ours + ": " + figure.error());
                }
            });
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
