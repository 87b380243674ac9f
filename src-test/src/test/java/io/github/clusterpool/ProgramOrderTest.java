package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every job sees the variables as they were when it was given, without waiting in between. */
interface ProgramOrderTest extends PoolCase {
    @Test
    default void export_whileAnEarlierJobRuns_doesNotChangeThatJob() {
        Gate gate = Gate.in(folder());
        Exported<String> x = pool().export("x", "old");
        Job<List<String>> first = pool().lapply(List.of(1, 2, 3, 4, 5, 6), i -> {
            gate.pass();
            return x.get();
        });
        pool().export("x", "new");
        Job<List<String>> second = pool().lapply(List.of(1, 2, 3), i -> x.get());
        pool().export("x", "newest");
        Job<List<String>> third = pool().lapply(List.of(1), i -> x.get());

        gate.open();

        assertThat(value(first)).containsOnly("old").hasSize(6);
        assertThat(value(second)).containsOnly("new").hasSize(3);
        assertThat(value(third)).containsOnly("newest").hasSize(1);
    }

    @Test
    default void export_manyTimes_eachJobSeesItsOwn() {
        List<Job<List<Integer>>> jobs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Exported<Integer> x = pool().export("x", i);
            jobs.add(pool().lapply(List.of(1, 2), any -> x.get()));
        }

        for (int i = 0; i < jobs.size(); i++) {
            assertThat(value(jobs.get(i))).isEqualTo(Collections.nCopies(2, i));
        }
    }

    @Test
    default void export_severalNames_areSeenTogether() {
        List<Job<List<Boolean>>> jobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pool().export(Map.of("a", i, "b", i));
            jobs.add(pool().lapply(List.of(1, 2, 3), any -> Env.get("a").equals(Env.get("b"))));
        }

        jobs.forEach(job -> assertThat(value(job)).containsOnly(true));
    }

    @Test
    default void evalq_assignments_stayAndAddUp() {
        for (int i = 0; i < 10; i++) {
            pool().evalq("n = (n ?? 0) + 1");
        }

        assertThat(value(pool().evalq("n"))).containsExactly(10, 10);
    }

    @Test
    default void evalq_afterJob_isNotSeenByThatJob() {
        Gate gate = Gate.in(folder());
        pool().evalq("n = 1");
        Job<List<Integer>> before = pool().lapply(List.of(1, 2, 3, 4), i -> {
            gate.pass();
            return Env.<Integer>get("n");
        });
        Job<List<Object>> change = pool().evalq("n = n + 1");
        Job<List<Integer>> after = pool().lapply(List.of(1, 2, 3, 4), i -> Env.<Integer>get("n"));

        gate.open();

        assertThat(value(before)).containsOnly(1);
        assertThat(value(change)).containsOnly(2);
        assertThat(value(after)).containsOnly(2);
    }

    @Test
    default void init_whileJobsRunAndWait_theySeeTheOldVariables() {
        Gate gate = Gate.in(folder());
        Exported<Integer> x = pool().export("x", 42);
        Job<List<Integer>> running = pool().lapply(IntStream.range(0, 8).boxed().toList(), i -> {
            gate.pass();
            return x.get();
        });
        Job<List<Integer>> queued = pool().lapply(List.of(1, 2, 3), i -> x.get() + i);
        Job<Void> init = pool().init(SIZE);
        Job<List<List<String>>> after = pool().call(() -> List.copyOf(Env.names()));

        gate.open();

        assertThat(value(running)).containsOnly(42);
        assertThat(value(queued)).containsExactly(43, 44, 45);
        assertThat(value(init)).isNull();
        assertThat(value(after)).containsOnly(List.of());
    }

    @Test
    default void envPut_inATask_isNotSeenByJobsBeforeAndOnOtherWorkers() {
        pool().export("x", "exported");
        List<Integer> on = value(pool().lapply(List.of(1), i -> {
            Env.put("x", "local");
            return TaskContext.current().workerId();
        }));

        List<String> seen = value(pool().call(() -> Env.<String>get("x")));

        assertThat(seen.get(on.get(0) - 1)).isEqualTo("local");
        assertThat(seen.get(2 - on.get(0))).isEqualTo("exported");
    }

    @Test
    default void export_afterEnvPut_wins() {
        value(pool().call(() -> {
            Env.put("x", "local");
            return null;
        }));

        Exported<String> x = pool().export("x", "exported");

        assertThat(value(pool().call(() -> x.get()))).containsOnly("exported");
    }
}
