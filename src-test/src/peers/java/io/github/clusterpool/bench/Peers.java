package io.github.clusterpool.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Measures the pool beside its peers and beside what they all stand on: each does the same in turn, round by round, after
 * the same warm-up, each in a process of its own. Prints a Markdown table and writes all figures as JSON.
 *
 * <p>{@code Peers SCALE ROUNDS FILE}: SCALE divides how much there is to do; 1 is the whole.
 */
public final class Peers implements AutoCloseable {
    private static final String OURS = "clusterpool";
    private static final int SINGLES = 2_000;
    private static final int ONES = 1_000;
    private static final int BROADCASTS = 500;
    private static final int DOWNLOADS = 2_000;
    private static final int CPU_TASKS = 200;
    private static final int CPU_MILLIS = 20;
    private static final int NAPS = 200;
    private static final int NAP_MILLIS = 100;
    private static final int COLD_STARTS = 3;

    private final int scale;
    private final int rounds;
    private final Path folder = Files.createTempDirectory("peers");
    private final List<ContestantProcess> contestants = new ArrayList<>();
    private final Map<String, Map<String, Figure>> rows = new LinkedHashMap<>();

    /**
     * What somebody reached.
     *
     * @param median in the row's unit
     * @param text for the table
     */
    record Figure(double median, double least, double most, String text, String error) {}

    private Peers(int scale, int rounds) throws IOException {
        this.scale = scale;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        int scale = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        try (Peers peers = new Peers(scale, rounds)) {
            peers.enter();
            peers.run();
            peers.print();
            if (args.length > 2) {
                peers.write(Path.of(args[2]));
            }
            peers.expectNoFailureOfOurs();
        }
    }

    private void enter() throws IOException, InterruptedException {
        contestants.add(ContestantProcess.java(OURS, Clusterpool.class));
        contestants.add(ContestantProcess.java("in-process", ClusterpoolInProcess.class));
        contestants.add(ContestantProcess.java("Hazelcast", Hazelcast.class));
        contestants.add(ContestantProcess.java("Ignite", Ignite.class));
        enterScripts();
        contestants.add(ContestantProcess.java("bare Pekko", BarePekko.class));
        contestants.add(ContestantProcess.java("raw sockets", BareSockets.class));
        contestants.add(ContestantProcess.java("parallel stream", ParallelStream.class));
    }

    private void enterScripts() throws IOException, InterruptedException {
        String python = ContestantProcess.isThere("/usr/bin/python3", "-c", "import distributed")
                ? "/usr/bin/python3"
                : "python3";
        if (ContestantProcess.isThere(python, "--version")) {
            String script = "contestant.py";
            contestants.add(ContestantProcess.script("concurrent.futures", folder, python, script, "concurrent"));
            contestants.add(ContestantProcess.script("multiprocessing", folder, python, script, "multiprocessing"));
            if (ContestantProcess.isThere(python, "-c", "import distributed")) {
                contestants.add(ContestantProcess.script("Dask", folder, python, script, "dask"));
            }
        }
        if (ContestantProcess.isThere("Rscript", "--version")) {
            contestants.add(ContestantProcess.script("R parallel", folder, "Rscript", "contestant.R"));
        }
    }

    private void run() throws Exception {
        coldStarts();
        all("open 4");
        for (int n : new int[] {1_000, 100_000, 1_000_000}) {
            int elements = Math.max(1_000 / scale, n / scale);
            perSecond("map of " + elements + ", elements/s", "map " + elements, elements);
        }
        int singles = SINGLES / scale;
        perSecond("single tasks, pipelined, /s", "singles " + singles, singles);
        oneByOne("single task", "single " + ONES / scale);
        oneByOne("call on all", "all " + BROADCASTS / scale);
        for (int megabytes : new int[] {1, 10, 100}) {
            int bytes = megabytes * 1_000_000 / scale;
            perSecond("export of " + bytes + " bytes to all, MB/s in all", "export " + bytes, bytes / 1e6 * 4);
        }
        memory();
        killed();
        all("close");
        all("open 8");
        try (FileServer files = new FileServer()) {
            int n = DOWNLOADS / scale;
            double ideal = n * FileServer.DELAY_MILLIS / 8.0 * 1e6;
            part("downloads by 8 workers, of ideal", "download " + n + " " + files.port() + " even", ideal);
        }
        all("close");
        all("open 2");
        int tasks = CPU_TASKS / scale;
        double ideal = tasks * CPU_MILLIS / 2.0 * 1e6;
        for (String how : new String[] {"even", "skewed"}) {
            String line = "spin " + tasks + " " + CPU_MILLIS + " " + how;
            part("CPU tasks on 2 workers, " + how + ", of ideal", line, ideal);
        }
        all("close");
    }

    private void all(String line) throws IOException {
        for (ContestantProcess contestant : contestants) {
            contestant.ask(line);
        }
    }

    // ---- what is measured

    private void coldStarts() throws IOException {
        for (ContestantProcess contestant : contestants) {
            int times = Math.min(COLD_STARTS, rounds);
            double[] first = new double[times];
            double[] all = new double[times];
            boolean starts = true;
            for (int i = -1; i < times && starts; i++) { // the first one leaves what the next ones may use, on disk
                ContestantProcess.Answer answer = contestant.ask("open 4");
                starts = answer.numbers().length == 2;
                if (starts && i >= 0) {
                    first[i] = answer.numbers()[0] / 1e6;
                    all[i] = answer.numbers()[1] / 1e6;
                }
                contestant.ask("close");
                if (!answer.error().isEmpty()) {
                    fail("cold start of 4 to the first result, ms", contestant, answer.error());
                }
            }
            if (starts) {
                keep("cold start of 4 to the first result, ms", contestant, first, "%,.0f");
                keep("cold start of 4 to all, ms", contestant, all, "%,.0f");
            }
        }
    }

    private void perSecond(String row, String line, double amount) throws IOException {
        inTurn(row, line, nanos -> amount / nanos * 1e9, "%,.0f");
    }

    private void part(String row, String line, double idealNanos) throws IOException {
        inTurn(row, line, nanos -> idealNanos / nanos, "%.2f");
    }

    private interface Unit {
        double of(double nanos);
    }

    private void inTurn(String row, String line, Unit unit, String format) throws IOException {
        Map<ContestantProcess, List<Double>> taken = new LinkedHashMap<>();
        int warmUp = Math.min(rounds, 3);
        for (int round = -warmUp; round < rounds; round++) {
            for (ContestantProcess contestant : contestants) {
                ContestantProcess.Answer answer = contestant.ask(line);
                if (!answer.error().isEmpty()) {
                    fail(row, contestant, answer.error());
                } else if (!answer.isNone() && round >= 0) {
                    taken.computeIfAbsent(contestant, who -> new ArrayList<>()).add(unit.of((double) answer.numbers()[0]));
                }
            }
        }
        taken.forEach((contestant, all) ->
                keep(row, contestant, all.stream().mapToDouble(x -> x).toArray(), format));
    }

    private void oneByOne(String what, String line) throws IOException {
        Map<ContestantProcess, double[][]> taken = new LinkedHashMap<>();
        for (int round = -Math.min(rounds, 3); round < rounds; round++) {
            for (ContestantProcess contestant : contestants) {
                ContestantProcess.Answer answer = contestant.ask(line);
                if (!answer.error().isEmpty()) {
                    fail(what + ", p50 µs", contestant, answer.error());
                } else if (!answer.isNone() && round >= 0) {
                    long[] nanos = answer.numbers();
                    Arrays.sort(nanos);
                    double[][] both = taken.computeIfAbsent(contestant, who -> new double[2][rounds]);
                    both[0][round] = nanos[nanos.length / 2] / 1e3;
                    both[1][round] = nanos[nanos.length * 99 / 100] / 1e3;
                }
            }
        }
        taken.forEach((contestant, both) -> {
            keep(what + ", p50 µs", contestant, both[0], "%,.0f");
            keep(what + ", p99 µs", contestant, both[1], "%,.0f");
        });
    }

    private void memory() throws IOException {
        for (ContestantProcess contestant : contestants) {
            List<Long> pids = pids(contestant);
            if (!pids.isEmpty()) {
                keep("worker process, MB PSS", contestant, new double[] {Memory.average(pids, "Pss")}, "%,.0f");
            }
        }
    }

    private static List<Long> pids(ContestantProcess contestant) throws IOException {
        return Arrays.stream(contestant.ask("pids").numbers())
                .boxed()
                .distinct()
                .filter(pid -> pid != contestant.pid())
                .toList();
    }

    /** The tasks take five seconds on four workers; after one of them, one worker is killed. */
    private void killed() throws Exception {
        for (ContestantProcess contestant : contestants) {
            String row = "one of 4 killed in mid-job, s";
            List<Long> pids = pids(contestant);
            if (pids.size() == 4) {
                contestant.tell("sleep " + NAPS / scale + " " + NAP_MILLIS + " even");
                Thread.sleep(1_000 / scale);
                ProcessHandle.of(pids.get(1)).ifPresent(ProcessHandle::destroyForcibly);
                ContestantProcess.Answer answer = contestant.answer();
                if (answer.isNone()) {
                    fail(row, contestant, answer.error());
                } else {
                    keep(row, contestant, new double[] {answer.numbers()[0] / 1e9}, "%.1f");
                }
            }
        }
    }

    // ---- what is told

    private void keep(String row, ContestantProcess contestant, double[] all, String format) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        String text = String.format(Locale.ROOT, format, median);
        cells(row).put(contestant.name(), new Figure(median, sorted[0], sorted[sorted.length - 1], text, ""));
        System.err.println(row + ": " + contestant.name() + " " + text);
    }

    private void fail(String row, ContestantProcess contestant, String error) {
        cells(row).put(contestant.name(), new Figure(Double.NaN, Double.NaN, Double.NaN, "fails", error));
        System.err.println(row + ": " + contestant.name() + " fails: " + error);
    }

    private void expectNoFailureOfOurs() {
        rows.forEach((row, cells) -> {
            Figure ours = cells.get(OURS);
            if (ours != null && !ours.error().isEmpty()) {
                throw new IllegalStateException(row + ": " + ours.error());
            }
        });
    }

    private Map<String, Figure> cells(String row) {
        return rows.computeIfAbsent(row, key -> new LinkedHashMap<>());
    }

    private void print() {
        List<String> names = contestants.stream().map(ContestantProcess::name).toList();
        System.out.printf("| JDK %s, %d processors |", Runtime.version(), processors());
        names.forEach(name -> System.out.print(" " + name + " |"));
        System.out.println("\n|---|" + "---|".repeat(names.size()));
        rows.forEach((row, cells) -> {
            System.out.print("| " + row + " |");
            for (String name : names) {
                System.out.print(" " + cell(cells, name) + " |");
            }
            System.out.println();
        });
    }

    /** With the ratio to ours. */
    private static String cell(Map<String, Figure> cells, String name) {
        Figure figure = cells.get(name);
        Figure ours = cells.get(OURS);
        if (figure == null) {
            return "";
        }
        return ours == null || name.equals(OURS) || !figure.error().isEmpty()
                ? figure.text()
                : String.format(Locale.ROOT, "%s (%.2f)", figure.text(), figure.median() / ours.median());
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private void write(Path file) throws IOException {
        Map<String, Object> report = new TreeMap<>();
        report.put("at", Instant.now().toString());
        report.put("jdk", Runtime.version().toString());
        report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        report.put("processors", processors());
        report.put("commit", commit());
        report.put("scale", scale);
        report.put("rounds", rounds);
        report.put("figures", rows);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), report);
    }

    private static String commit() throws IOException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
        return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (ContestantProcess contestant : contestants) {
            contestant.close();
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
