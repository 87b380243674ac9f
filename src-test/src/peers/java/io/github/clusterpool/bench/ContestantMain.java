package io.github.clusterpool.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Does what it is told on standard input, line by line, and answers with nanoseconds, or {@code error} and why. Scripts in
 * other languages understand the same lines.
 */
final class ContestantMain {
    private final Contestant contestant;
    private final Random random = new Random(1);
    private byte[] bytes = new byte[0];
    private List<Integer> xs = List.of();

    private ContestantMain(Contestant contestant) {
        this.contestant = contestant;
    }

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // for what libraries print
        Class<?> type = Class.forName(ContestantMain.class.getPackageName() + "." + args[0]);
        var main = new ContestantMain(
                (Contestant) type.getDeclaredConstructor().newInstance());
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(main.answer(line.split(" ")));
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(String... words) {
        try {
            return join(obey(words[0], words.length > 1 ? Integer.parseInt(words[1]) : 0, words));
        } catch (UnsupportedOperationException e) {
            return "none";
        } catch (Exception e) {
            e.printStackTrace();
            return "error " + e.toString().lines().findFirst().orElse("");
        }
    }

    private static String join(long[] numbers) {
        return LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    private long[] obey(String what, int n, String... words) throws Exception {
        return switch (what) {
            case "hello" -> new long[0];
            case "open" -> open(n);
            case "spared" -> timed(1, () -> contestant.openSpared(n));
            case "init" -> timed(n, contestant::init);
            case "pids" -> contestant.pids().stream().mapToLong(Long::longValue).toArray();
            case "map" -> map(n, Integer.parseInt(words[2]));
            case "singles" -> timed(1, () -> contestant.works(Collections.nCopies(n, Work.NOTHING)));
            case "single" -> timed(n, () -> contestant.work(Work.NOTHING));
            case "all" -> timed(n, contestant::all);
            case "export" -> export(n, contestant::export);
            case "use" -> export(n, contestant::exportAndUse);
            case "sleep", "spin", "download" -> works(what, n, Integer.parseInt(words[2]), words[3]);
            case "close" -> timed(1, contestant::close);
            default -> throw new IllegalArgumentException("unknown: " + what);
        };
    }

    private long[] open(int workers) throws Exception {
        long begin = System.nanoTime();
        boolean isStarted = contestant.open(workers);
        if (!isStarted) {
            return new long[0];
        }
        contestant.work(Work.NOTHING);
        long first = System.nanoTime() - begin;
        contestant.all();
        return new long[] {first, System.nanoTime() - begin};
    }

    /** One list after another. */
    private long[] map(int n, int times) throws Exception {
        if (xs.size() != n) {
            xs = IntStream.range(0, n).boxed().toList();
        }
        long begin = System.nanoTime();
        for (int i = 0; i < times; i++) {
            List<Integer> results = contestant.map(xs);
            if (results.size() != n || results.get(n - 1) != n) {
                throw new IllegalStateException("a map must add one to each, got " + results.size() + " results");
            }
        }
        return new long[] {System.nanoTime() - begin};
    }

    private long[] export(int size, Taker taker) throws Exception {
        if (bytes.length != size) {
            bytes = new byte[size];
        }
        random.nextBytes(bytes); // nobody shall have them already
        return timed(1, () -> taker.take(bytes));
    }

    /** {@code even}: all the same; {@code skewed}: from nothing up to twice as much, in order. */
    private long[] works(String kind, int n, int amount, String how) throws Exception {
        Work.Kind as = Work.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        List<Work> works = IntStream.range(0, n)
                .mapToObj(i -> new Work(as, how.equals("skewed") ? amount * 2 * i / n : amount))
                .toList();
        return timed(1, () -> contestant.works(works));
    }

    private interface Taker {
        void take(byte[] data) throws Exception;
    }

    /** What takes time. */
    private interface Timed {
        void run() throws Exception;
    }

    private static long[] timed(int times, Timed what) throws Exception {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            what.run();
            nanos[i] = System.nanoTime() - begin;
        }
        return nanos;
    }
}
