package io.github.clusterpool.bench;

import io.github.clusterpool.Exported;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the pool against what it stands on, all in one run, and prints a Markdown table: medians, their spread, and
 * each figure's ratio to its baseline, which alone may be compared between machines.
 *
 * <p>{@code Bench [elements] [rounds]}, by default 1000000 and 9. {@code -Dbench.what=STREAMS,HEAP} measures only some
 * parts. {@code Bench elements rounds CLASSES} measures nothing but throughput, against the build of core that is in the
 * folder CLASSES.
 */
public final class Bench {
    private static final int WORKERS = 4;
    private static final int UNTIL_COMPILED = 40; // rounds
    private static final int EXPORTED_BYTES = 100_000_000;
    private static final byte[] FRESH = new byte[16];

    /** What {@code -Dbench.what=STREAMS,EXPORT} chooses from. */
    private enum Part {
        VALUES,
        LAPPLY,
        STREAMS,
        HEAP,
        ROUND_TRIP,
        EXPORT,
        SHIPPING,
        START,
        RECOVERY,
        TRUST,
        CLUSTER
    }

    private final int elements;
    private final int rounds;
    private final Table table = new Table();

    private Bench(int elements, int rounds) {
        this.elements = elements;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        int elements = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        if (args.length > 2) {
            new Against(args[2], elements, rounds).run();
        } else {
            new Bench(elements, rounds).run();
        }
    }

    private void run() throws Exception {
        System.out.printf(
                "JDK %s, %d processors, %s, medians of %d%n%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"), rounds);
        for (Part part : chosen()) {
            switch (part) {
                case VALUES -> values();
                case LAPPLY -> lapply();
                case STREAMS -> new StreamRates(table, elements, rounds).run();
                case HEAP -> new StreamRates(table, elements, rounds).endless();
                case ROUND_TRIP -> roundTrip();
                case EXPORT -> export();
                case SHIPPING -> shipping();
                case START -> start();
                case RECOVERY -> recovery();
                case TRUST -> new TrustCosts(table, rounds).run();
                case CLUSTER -> new ClusterCosts(table, elements, rounds).run();
            }
        }
    }

    private static Set<Part> chosen() {
        String names = System.getProperty("bench.what", "");
        return names.isBlank()
                ? EnumSet.allOf(Part.class)
                : Stream.of(names.split(",")).map(Part::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    // ---- encoding and decoding

    private void values() {
        TypedValues values = new TypedValues();
        values.requireRight();
        int n = 20_000;
        String baseline = "databind";
        Supplier<?>[] alone = {() -> repeat(n, values::databindOne), () -> repeat(n, values::oursOne)};
        Supplier<?>[] together = {
            () -> repeat(n / 1_000, values::databindMany), () -> repeat(n / 1_000, values::oursMany)
        };
        Sample.inTurn(UNTIL_COMPILED, alone);
        Sample.inTurn(UNTIL_COMPILED, together);
        Sample[] one = Sample.inTurn(rounds, alone);
        Sample[] many = Sample.inTurn(rounds, together);
        String what = "a record of 5 fields to bytes and back, ";
        table.add(what + "Jackson databind with default typing", micros(one[0], n), "", one[0]);
        table.add(what + "typed CBOR", micros(one[1], n), times(one[1], one[0], baseline), one[1]);
        table.add(what + "each of 1000, Jackson databind", micros(many[0], n), "", many[0]);
        table.add(what + "each of 1000, typed CBOR", micros(many[1], n), times(many[1], many[0], baseline), many[1]);
    }

    // ---- lapply of integers

    private void lapply() {
        List<Integer> xs = IntStream.range(0, elements).boxed().toList();
        int x = 42;
        Sample loop = Sample.of(rounds, () -> xs.stream().map(i -> i + x).toList());
        Sample parallel =
                Sample.of(rounds, () -> xs.parallelStream().map(i -> i + x).toList());
        String what = "lapply of " + elements + " integers, ";
        table.add(what + "plain loop", rate(loop), "", loop);
        table.add(what + "parallel stream", rate(parallel), against(loop, parallel, "plain loop"), parallel);
        lapply(what + "4 workers in-process", PoolConfig.inProcess(4), xs, parallel);
        lapply(what + "2 worker JVMs", PoolConfig.processes(2), xs, parallel);
        lapply(what + "4 worker JVMs", PoolConfig.processes(4), xs, parallel);
    }

    private void lapply(String what, PoolConfig config, List<Integer> xs, Sample baseline) {
        try (Pool pool = Pool.open(config)) {
            pool.call(() -> 0).join();
            Exported<Integer> x = pool.export("x", 42);
            Sample sample =
                    Sample.of(rounds, () -> pool.lapply(xs, i -> i + x.get()).join());
            Sample captured =
                    Sample.of(rounds, () -> pool.lapply(xs, i -> i + 42).join());
            table.add(what + ", i + x.get()", rate(sample), against(baseline, sample, "parallel stream"), sample);
            table.add(what + ", i + 42", rate(captured), against(baseline, captured, "parallel stream"), captured);
        }
    }

    private String rate(Sample sample) {
        return rate(sample, elements);
    }

    static String rate(Sample sample, int elements) {
        return String.format(Locale.ROOT, "%,.0f elements/s", elements / sample.median() * 1e9);
    }

    static String against(Sample baseline, Sample sample, String name) {
        return String.format(Locale.ROOT, "%.3f x %s", baseline.median() / sample.median(), name);
    }

    // ---- one element there and back

    private void roundTrip() throws Exception {
        try (BareAsk ask = BareAsk.open(1);
                Pool local = Pool.open(PoolConfig.inProcess(1));
                Pool remote = Pool.open(PoolConfig.processes(1))) {
            int warm = 5_000;
            int n = 500;
            Sample.of(1, () -> repeat(warm, ask::once));
            Sample.of(1, () -> repeat(warm, () -> one(local)));
            Sample.of(1, () -> repeat(warm, () -> one(remote)));
            Sample[] samples = Sample.inTurn(
                    rounds * 3,
                    () -> repeat(n, ask::once),
                    () -> repeat(n, () -> one(local)),
                    () -> repeat(n, () -> one(remote)));
            String baseline = "bare ask";
            table.add("bare Pekko ask to another JVM", micros(samples[0], n), "", samples[0]);
            table.add(
                    "one-element job, in-process",
                    micros(samples[1], n),
                    times(samples[1], samples[0], baseline),
                    samples[1]);
            table.add(
                    "one-element job, worker JVM",
                    micros(samples[2], n),
                    times(samples[2], samples[0], baseline),
                    samples[2]);
        }
    }

    // ---- a large export to all workers

    private void export() {
        byte[] bytes = new byte[EXPORTED_BYTES];
        Random random = new Random(1);
        try (Pool pool = Pool.open(PoolConfig.processes(WORKERS))) {
            pool.call(() -> 0).join();
            Supplier<Exported<byte[]>> export = () -> {
                random.nextBytes(FRESH); // or the nodes would have it already
                System.arraycopy(FRESH, 0, bytes, 0, FRESH.length);
                return pool.export("large", bytes);
            };
            Sample[] samples = Sample.inTurn(
                    rounds,
                    () -> RawSockets.send(bytes, WORKERS),
                    () -> export.get().done().join());
            Sample[] used = Sample.inTurn(rounds, () -> RawSockets.send(bytes, WORKERS), () -> {
                Exported<byte[]> exported = export.get();
                return pool.call(() -> exported.get().length).join();
            });
            String what = EXPORTED_BYTES / 1_000_000 + " MB to " + WORKERS;
            table.add(what + " raw loopback sockets", throughput(samples[0]), "", samples[0]);
            table.add(
                    "export of " + what + " worker JVMs",
                    throughput(samples[1]),
                    against(samples[0], samples[1], "raw sockets"),
                    samples[1]);
            table.add(
                    "the same and its first use by each worker",
                    throughput(used[1]),
                    against(used[0], used[1], "raw sockets"),
                    used[1]);
        }
    }

    private static String throughput(Sample sample) {
        return String.format(
                Locale.ROOT, "%,.0f MB/s in all", WORKERS * (EXPORTED_BYTES / 1e6) / sample.median() * 1e9);
    }

    // ---- classes that workers lack

    private void shipping() {
        Shipping shipping = Shipping.measure(rounds * 5);
        Sample known = Sample.measured(shipping.known());
        Sample shipped = Sample.measured(shipping.shipped());
        String what = "job of a new function, worker JVM, ";
        table.add(what + "class known", micros(known, 1), "", known);
        table.add(what + "class shipped", micros(shipped, 1), times(shipped, known, "class known"), shipped);
    }

    private static Object one(Pool pool) {
        return pool.lapply(List.of(1), i -> i + 1).join();
    }

    private static Object repeat(int times, Supplier<?> task) {
        Object last = null;
        for (int i = 0; i < times; i++) {
            last = task.get();
        }
        return last;
    }

    private static String micros(Sample sample, int n) {
        return String.format(Locale.ROOT, "%,.1f µs", sample.median() / n / 1e3);
    }

    private static String times(Sample sample, Sample baseline, String name) {
        return String.format(Locale.ROOT, "%.2f x %s", sample.median() / baseline.median(), name);
    }

    // ---- start of worker JVMs

    private void start() throws Exception {
        Sample bare = Sample.of(3, BareJvm::startAndEnd);
        try (Pool pool = Pool.open(PoolConfig.processes(4))) {
            pool.call(() -> 0).join(); // and by its close the class archive is there
        }
        long[] first = new long[3];
        long[] all = new long[3];
        double pss = 0;
        double rss = 0;
        for (int i = 0; i < first.length; i++) {
            long begin = System.nanoTime();
            try (Pool pool = Pool.open(PoolConfig.processes(4))) {
                one(pool);
                first[i] = System.nanoTime() - begin;
                List<Long> pids = pool.call(() -> ProcessHandle.current().pid()).join();
                all[i] = System.nanoTime() - begin;
                System.gc();
                rss = Memory.average(pids, "Rss");
                pss = Memory.average(pids, "Pss");
            }
        }
        String baseline = "bare JVM";
        Sample toFirst = Sample.measured(first);
        Sample toAll = Sample.measured(all);
        table.add("start and end of a bare JVM", millis(bare), "", bare);
        table.add("open(processes(4)) to first result", millis(toFirst), times(toFirst, bare, baseline), toFirst);
        table.add("open(processes(4)) to all four", millis(toAll), times(toAll, bare, baseline), toAll);
        table.add("idle worker JVM", String.format(Locale.ROOT, "%.0f MB RSS, %.0f MB PSS", rss, pss), "", null);
    }

    // ---- a worker JVM is killed

    private void recovery() throws Exception {
        Recovery recovery = Recovery.measure(rounds);
        String baseline = "bare JVM";
        Sample seen = Sample.measured(recovery.seen());
        Sample again = Sample.measured(recovery.again());
        Sample replaced = Sample.measured(recovery.replaced());
        table.add("end of a bare JVM, until it is seen", millis(seen), "", seen);
        table.add("end of a worker JVM, until its task runs again", millis(again), times(again, seen, baseline), again);
        table.add(
                "end of a worker JVM, until another serves",
                millis(replaced),
                times(replaced, seen, baseline),
                replaced);
    }

    private static String millis(Sample sample) {
        return String.format(Locale.ROOT, "%,.0f ms", sample.median() / 1e6);
    }
}
