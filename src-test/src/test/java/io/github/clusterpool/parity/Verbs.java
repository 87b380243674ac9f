package io.github.clusterpool.parity;

import static io.github.clusterpool.parity.GoldenCase.ints;
import static io.github.clusterpool.parity.GoldenCase.list;
import static io.github.clusterpool.parity.GoldenCase.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.Env;
import io.github.clusterpool.Fn;
import io.github.clusterpool.Job;
import io.github.clusterpool.JobFailedException;
import io.github.clusterpool.JobOptions;
import io.github.clusterpool.Matrix;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import io.github.clusterpool.Result;
import io.github.clusterpool.Scheduling;
import io.github.clusterpool.Simplified;
import io.github.clusterpool.TaskContext;
import io.github.clusterpool.state.Chunking;
import io.github.clusterpool.state.Dealing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** One call of a verb, by R's placement and by our default one: both must give R's answer. */
final class Verbs {
    static final JobOptions.Chosen ONE_BY_ONE =
            JobOptions.scheduling(Scheduling.STATIC).chunkSize(1);

    private final LivePools pools;
    private final GoldenCase given;
    private final Map<String, Object> args;

    Verbs(LivePools pools, GoldenCase given) {
        this.pools = pools;
        this.given = given;
        this.args = given.args();
    }

    void run() throws Exception {
        switch (given.op()) {
            case "splitIndices" -> splitIndices();
            case "chunkCount" -> Oracle.check(asValue("chunks"), 0, this::chunkCount);
            case "chunkPlan" -> chunkPlan();
            case "clusterApplyPlan" -> workersOf(pools.clean(given.workers()).with(ONE_BY_ONE));
            case "clusterSplit" -> clusterSplit();
            case "lapply" -> byBothPlacements(asR(), pool -> LivePools.end(lapply(pool)));
            case "sapply" -> byBothPlacements(asR(), pool -> sapply(pool));
            case "clusterApply" ->
                byBothPlacements(
                        oneByOne(), pool -> LivePools.end(pool.lapply(elements().elements(), function())));
            case "map" -> byBothPlacements(oneByOne(), this::map);
            case "lapplyNoPool" -> check(0, () -> LivePools.end(lapply(pools.missing())));
            case "makePool" -> check(0, this::makePool);
            case "stopTwice" -> check(0, this::stopTwice);
            case "parApply", "parRapply", "parCapply" -> matrixApply();
            case "rngStreams", "rngSapply", "nextStream" -> new Streams(pools, given).run();
            case "whatRanDespiteFailure" -> whatRanDespiteFailure();
            case "session" -> new Sessions(pools, pools.clean(given.workers())).run(given);
            case "azSession" -> azSession();
            default -> throw new IllegalArgumentException("op must be known, got " + given.op());
        }
    }

    private void check(int chunks, Callable<?> run) throws Exception {
        Oracle.check(given.expected(), chunks, run);
    }

    // ---- plans

    private int chunkSize() {
        int chunkSize = number(args, "chunkSize", 0);
        return args.get("chunkSize") == null
                ? 0
                : JobOptions.chunkSize(chunkSize).chunkSize();
    }

    private Dealing dealing() {
        return given.balanced() ? Dealing.DYNAMIC : Dealing.STATIC;
    }

    private int chunkCount() {
        return Chunking.chunkCount(number(args, "n", 0), given.workers(), chunkSize(), dealing());
    }

    private void splitIndices() {
        int[] sizes = Chunking.splitIndices(number(args, "nx", 0), number(args, "ncl", 0));

        assertThat(sizes).hasSize(number(given.expected(), "chunks", 0));
        assertThat(boxed(sizes)).isEqualTo(ints(given.expected().get("sizes")));
    }

    /** A number of R's that is no typed value, or an error of ours. */
    private Map<String, Object> asValue(String name) {
        Object number = given.expected().get(name);
        return number == null ? given.expected() : Map.of("value", Map.of("t", "int", "v", List.of(number)));
    }

    private void chunkPlan() throws Exception {
        if (given.expected().containsKey("error")) {
            check(0, this::asR);
            return;
        }
        int n = number(args, "n", 0);
        List<Integer> sizes = new ArrayList<>();
        List<Integer> chunkOf = new ArrayList<>();
        for (int size : Chunking.splitIndices(n, chunkCount())) {
            if (size > 0) {
                sizes.add(size);
                IntStream.range(0, size).forEach(i -> chunkOf.add(sizes.size()));
            }
        }
        assertThat(sizes).isEqualTo(ints(given.expected().get("nonEmptyChunkSizes")));
        assertThat(chunkOf).isEqualTo(ints(given.expected().get("chunkOf")));

        workersOf(pools.clean(given.workers()).with(asR()));
    }

    /** Where each element really ran, where that is fixed; and that results come in order, where it is not. */
    private void workersOf(Pool pool) {
        List<Integer> xs = IntStream.range(0, number(args, "n", 0)).boxed().toList();
        List<List<Integer>> ran = LivePools.end(
                pool.lapply(xs, x -> List.of(x, TaskContext.current().workerId())));

        assertThat(ran.stream().map(each -> each.get(0))).isEqualTo(xs);
        if (given.expected().containsKey("workerOf")) {
            assertThat(ran.stream().map(each -> each.get(1)).toList())
                    .isEqualTo(ints(given.expected().get("workerOf")));
        }
    }

    private void clusterSplit() throws Exception {
        List<Object> xs = elements().elements();
        List<List<Object>> parts = new ArrayList<>();
        int first = 0;
        for (int size : Chunking.splitIndices(xs.size(), given.workers())) {
            parts.add(new ArrayList<>(xs.subList(first, first + size)));
            first += size;
        }
        check(0, () -> LivePools.end(pools.clean(given.workers()).lapply(parts, part -> part)));
    }

    private static List<Integer> boxed(int[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    // ---- verbs

    private JobOptions.Chosen asR() {
        JobOptions.Chosen options = JobOptions.scheduling(given.balanced() ? Scheduling.DYNAMIC : Scheduling.STATIC);
        return args.get("chunkSize") == null ? options : options.chunkSize(number(args, "chunkSize", 0));
    }

    private JobOptions.Chosen oneByOne() {
        return ONE_BY_ONE.scheduling(given.balanced() ? Scheduling.DYNAMIC : Scheduling.STATIC);
    }

    private interface OnPool {
        Object run(Pool pool) throws Exception;
    }

    private void byBothPlacements(JobOptions.Chosen asR, OnPool verb) throws Exception {
        Pool pool = pools.clean(given.workers());
        int n = args.containsKey("X")
                ? elements().cells().size()
                : vectors(args).stream().mapToInt(v -> v.cells().size()).max().orElse(0);
        int chunks = Chunking.chunkCount(n, given.workers(), asR.chunkSize(), dealing());
        check(chunks, () -> verb.run(pool.with(asR)));
        check(0, () -> verb.run(pool));
    }

    private RValue elements() {
        return RValue.of(args.get("X"));
    }

    private Fn<Object, Object> function() {
        List<Object> extra =
                args.containsKey("extra") ? RValue.of(args.get("extra")).elements() : List.of();
        return Functions.of1((String) args.get("fn"), extra);
    }

    private Job<?> lapply(Pool pool) {
        RValue xs = elements();
        return xs.names().isEmpty() ? pool.lapply(xs.elements(), function()) : pool.lapply(xs.named(), function());
    }

    private Object sapply(Pool pool) {
        if (Boolean.FALSE.equals(args.get("useNames"))) {
            List<Object> values = LivePools.end(pool.lapply(elements().elements(), function()));
            return Simplified.of(values, List.of());
        }
        return LivePools.end(sapply(pool, elements(), function()));
    }

    static Job<Simplified<Object>> sapply(Pool pool, RValue xs, Fn<Object, Object> fn) {
        return xs.names().isEmpty() ? pool.sapply(xs.elements(), fn) : pool.sapply(xs.named(), fn);
    }

    private Object map(Pool pool) {
        List<Object> values = LivePools.end(map(pool, args));
        return Boolean.TRUE.equals(args.get("simplify")) ? Simplified.of(values, List.of()) : values;
    }

    /** The vectors of a {@code map}, in the order of the parameters they are for. */
    static List<RValue> vectors(Map<String, Object> args) {
        RValue[] byParameter = new RValue[3];
        List<RValue> others = new ArrayList<>();
        for (Object each : list(args.get("vectors"))) {
            Map<String, Object> vector = GoldenCase.map(each);
            RValue value = RValue.of(vector.getOrDefault("value", vector));
            if (vector.get("name") == null) {
                others.add(value);
            } else {
                byParameter[Functions.parameters((String) args.get("fn")).indexOf(vector.get("name"))] = value;
            }
        }
        List<RValue> inOrder = new ArrayList<>(
                Arrays.stream(byParameter).filter(v -> v != null).toList());
        inOrder.addAll(others);
        return inOrder;
    }

    static Job<List<Object>> map(Pool pool, Map<String, Object> args) {
        String name = (String) args.get("fn");
        List<Object> more = args.get("moreArgs") == null
                ? List.of()
                : RValue.of(args.get("moreArgs")).elements();
        List<List<Object>> lists = vectors(args).stream().map(RValue::elements).toList();
        return switch (lists.size()) {
            case 1 -> pool.map(lists.get(0), Functions.of1(name, more));
            case 2 -> pool.map(lists.get(0), lists.get(1), Functions.of2(name, more));
            case 3 -> pool.map(lists.get(0), lists.get(1), lists.get(2), Functions.of3(name));
            default -> throw new Functions.DoesNotCompile("map does not take " + lists.size() + " lists");
        };
    }

    // ---- matrices

    private void matrixApply() throws Exception {
        RValue matrix = elements();
        double[][] rows = new double[matrix.dim().get(0)][matrix.dim().get(1)];
        for (int i = 0; i < matrix.cells().size(); i++) {
            rows[i % rows.length][i / rows.length] = ((Number) matrix.cells().get(i)).doubleValue();
        }
        List<double[]> vectors = isByRow() ? Matrix.rows(rows) : Matrix.columns(rows);
        Fn<double[], Object> fn = vectorised((String) args.get("fn"));
        Pool pool = pools.clean(given.workers());
        check(0, () -> LivePools.end(pool.with(asR()).sapply(vectors, fn)));
        check(0, () -> LivePools.end(pool.sapply(vectors, fn)));
    }

    /** Over both margins, which is cell by cell, by column is as good. */
    private boolean isByRow() {
        return given.op().equals("parRapply") || Integer.valueOf(1).equals(args.get("margin"));
    }

    /** A function of a whole vector is one of its elements in R, if it does not sum them up. */
    private static Fn<double[], Object> vectorised(String name) {
        Fn<Object, Object> fn = Functions.of1(name, List.of());
        return name.equals("sum_all")
                ? vector -> fn.apply(Arrays.stream(vector).boxed().toList())
                : vector -> {
                    List<Object> results = new ArrayList<>();
                    for (double element : vector) {
                        results.add(fn.apply(element));
                    }
                    return results;
                };
    }

    // ---- misuse

    private Object makePool() {
        if (args.containsKey("type")) {
            return PoolConfig.from(ConfigFactory.parseString("clusterpool.placement = " + args.get("type")));
        }
        return Pool.open(pools.config(number(args, "size", 0)));
    }

    private Object stopTwice() {
        Pool pool = pools.missing();
        LivePools.end(pool.init(1));
        LivePools.end(pool.delete());
        return LivePools.end(pool.delete());
    }

    private void whatRanDespiteFailure() throws Exception {
        Pool pool = pools.clean(given.workers());
        List<Object> xs = new ArrayList<>(
                IntStream.rangeClosed(1, number(args, "n", 0)).boxed().toList());
        Job<List<Object>> job = pool.with(asR()).lapply(xs, Functions.of1("boom_on_2", List.of()));

        check(given.workers(), () -> LivePools.end(job));

        List<Integer> ran = new ArrayList<>();
        JobFailedException failed = (JobFailedException) catchThrowable(job::join);
        failed.outcomes().stream().filter(Result::isSuccess).forEach(each -> ran.add((Integer) each.value()));
        assertThat(ran).isEqualTo(ints(given.expected().get("ranToTheEnd")));
        List<List<Integer>> traces = LivePools.end(pool.call(() -> Env.get("ran")));
        assertThat(traces.stream().flatMap(List::stream).sorted()).isEqualTo(ran);
    }

    private void azSession() throws Exception {
        Pool pool = pools.missing();
        try {
            new Sessions(pools, pool).run(given);
        } finally {
            LivePools.end(pool.delete());
        }
    }
}
