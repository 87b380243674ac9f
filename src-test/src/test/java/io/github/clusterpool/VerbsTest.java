package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The ten verbs and the shapes of what they give. */
interface VerbsTest extends PoolCase {
    @Test
    default void init_sameSize_clearsTheVariablesAndKeepsTheWorkers() {
        List<Long> pids = pids();
        pool().export("x", 42);
        long generation = pool().status().generation();

        value(pool().init(SIZE));

        assertThat(pool().exists()).isTrue();
        assertThat(pool().size()).isEqualTo(SIZE);
        assertThat(pool().status().generation()).isEqualTo(generation + 1);
        assertThat(value(pool().call(() -> List.copyOf(Env.names())))).containsExactly(List.of(), List.of());
        assertThat(pids()).isEqualTo(pids);
    }

    @Test
    default void init_smallerSize_keepsTheWorkers() {
        value(pool().init(1));

        assertThat(pool().size()).isEqualTo(SIZE);
    }

    @Test
    default void resize_upAndDown_keepsTheVariablesAndTheFirstWorkers() {
        List<Long> pids = pids();
        Exported<Integer> x = pool().export("x", 42);
        pool().evalq("n = x + 1");

        value(pool().resize(SIZE + 1));
        List<Integer> grown = value(pool().call(() -> x.get() + Env.<Integer>get("n")));
        value(pool().resize(SIZE));

        assertThat(grown).containsExactly(85, 85, 85);
        assertThat(pool().size()).isEqualTo(SIZE);
        assertThat(pids()).isEqualTo(pids);
    }

    @Test
    default void status_afterWork_tellsOfEachWorker() {
        value(pool().call(() -> 1));

        PoolStatus status = pool().status();

        assertThat(status.exists()).isTrue();
        assertThat(status.queued()).isZero();
        assertThat(status.running()).isZero();
        assertThat(status.workers()).extracting(WorkerStatus::id).containsExactly(1, 2);
        assertThat(status.workers()).extracting(WorkerStatus::state).containsOnly(WorkerStatus.State.READY);
        assertThat(status.workers()).allSatisfy(worker -> {
            assertThat(worker.pid()).isPositive();
            assertThat(worker.tasksDone()).isPositive();
            assertThat(worker.node()).matches("pekko://.+|unix:.+|([a-z]+@)?127[.]0[.]0[.]1:[0-9]+");
        });
    }

    private List<Long> pids() {
        return value(pool().call(() -> ProcessHandle.current().pid()));
    }

    @Test
    default void export_oneName_isThereForWhatFollows() {
        Exported<Integer> x = pool().export("x", 42);

        Job<Simplified<Integer>> job = pool().sapply(List.of(1, 2, 3, 4, 5), i -> i + x.get());

        assertThat(value(job).toIntArray()).containsExactly(43, 44, 45, 46, 47);
        assertThat(x.name()).isEqualTo("x");
        assertThat(value(x.done())).isNull();
    }

    @Test
    default void lapply_list_givesResultsInOrder() {
        List<Integer> xs = IntStream.range(0, 1000).boxed().toList();

        List<String> results = value(pool().lapply(xs, i -> "r" + i));

        assertThat(results).isEqualTo(xs.stream().map(i -> "r" + i).toList());
    }

    @Test
    default void lapply_map_keepsKeysAndTheirOrder() {
        Map<Object, Integer> xs = new LinkedHashMap<>();
        xs.put("z", 1);
        xs.put(7, 2);
        xs.put(null, 3);

        Map<Object, Integer> results = value(pool().lapply(xs, i -> i * 10));

        assertThat(new ArrayList<>(results.keySet())).containsExactly("z", 7, null);
        assertThat(results.values()).containsExactly(10, 20, 30);
    }

    @Test
    default void lapply_nothing_givesNothing() {
        assertThat(value(pool().lapply(List.<Integer>of(), i -> i))).isEmpty();
        assertThat(value(pool().lapply(Map.<String, Integer>of(), i -> i))).isEmpty();
    }

    @Test
    default void lapply_nullsInAndOut_keepTheirPlaces() {
        List<String> results = value(pool().lapply(Arrays.asList("a", null, "b"), s -> s == null ? "none" : null));

        assertThat(results).containsExactly(null, "none", null);
    }

    @Test
    default void sapply_scalars_makeAVector() {
        Simplified<Double> result = value(pool().sapply(List.of(1, 4, 9), i -> Math.sqrt(i)));

        assertThat(result.shape()).isEqualTo(Simplified.Shape.VECTOR);
        assertThat(result.toDoubleArray()).containsExactly(1, 2, 3);
        assertThat(result.names()).isEmpty();
        assertThat(result.dim()).isEmpty();
    }

    @Test
    default void sapply_texts_nameTheirResults() {
        Simplified<Integer> result = value(pool().sapply(List.of("one", "three"), s -> s.length()));

        assertThat(result.names()).containsExactly("one", "three");
        assertThat(result.toIntArray()).containsExactly(3, 5);
    }

    @Test
    default void sapply_map_namesResultsByItsKeys() {
        Map<String, Integer> xs = new LinkedHashMap<>();
        xs.put("b", 1);
        xs.put("a", 2);

        Simplified<List<Integer>> result = value(pool().sapply(xs, i -> List.of(i, i * i, -i)));

        assertThat(result.shape()).isEqualTo(Simplified.Shape.MATRIX);
        assertThat(result.dim()).containsExactly(3, 2);
        assertThat(result.dimNames()).containsExactly(List.of(), List.of("b", "a"));
        assertThat(result.toIntArray()).containsExactly(1, 1, -1, 2, 4, -2);
    }

    @Test
    default void sapply_differentLengths_staysAList() {
        Simplified<int[]> result = value(pool().sapply(List.of(1, 2), i -> new int[i]));

        assertThat(result.shape()).isEqualTo(Simplified.Shape.LIST);
        assertThat(result.values()).extracting(array -> array.length).containsExactly(1, 2);
    }

    @Test
    default void map_twoLists_recyclesTheShorter() {
        List<String> results = value(pool().map(List.of(1, 2, 3, 4, 5), List.of("a", "b"), (i, s) -> i + s));

        assertThat(results).containsExactly("1a", "2b", "3a", "4b", "5a");
    }

    @Test
    default void map_oneAndThreeLists_runElementWise() {
        assertThat(value(pool().map(List.of(1, 2), i -> -i))).containsExactly(-1, -2);
        assertThat(value(pool().map(List.of(1, 2), List.of(10), List.of(100, 200, 300), (a, b, c) -> a + b + c)))
                .containsExactly(111, 212, 311);
    }

    @Test
    default void map_allEmpty_givesNothing() {
        assertThat(value(pool().map(List.<Integer>of(), List.<Integer>of(), (a, b) -> a + b)))
                .isEmpty();
    }

    @Test
    default void call_function_runsOnceOnEveryWorker() {
        assertThat(value(pool().call(() -> TaskContext.current().workerId()))).containsExactly(1, 2);
        assertThat(value(pool().call(list -> list.size(), List.of("a", "b")))).containsExactly(2, 2);
        assertThat(value(pool().<String, Boolean>call(nothing -> nothing == null, null)))
                .containsExactly(true, true);
    }

    @Test
    default void call_whatItSets_isThereOnThatWorkerOnly() {
        value(pool().call(() -> {
            Env.put("me", TaskContext.current().workerId());
            return null;
        }));

        assertThat(value(pool().call(() -> Env.<Integer>get("me")))).containsExactly(1, 2);
    }

    @Test
    default void evalq_text_givesOneValuePerWorkerAndKeepsAssignments() {
        pool().export("x", 42);

        assertThat(value(pool().evalq("y = x * 2"))).containsExactly(84, 84);
        assertThat(value(pool().evalq("y + 1"))).containsExactly(85, 85);
    }

    @Test
    default void evalq_function_keepsWhatItPuts() {
        List<Integer> ids = value(pool().evalq(() -> {
            int id = TaskContext.current().workerId();
            Env.put("id", id);
            Env.put("gone", id);
            Env.remove("gone");
            return id;
        }));

        assertThat(ids).containsExactly(1, 2);
        assertThat(value(pool().call(() -> List.copyOf(Env.names())))).containsExactly(List.of("id"), List.of("id"));
    }
}
