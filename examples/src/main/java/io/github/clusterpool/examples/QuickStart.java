package io.github.clusterpool.examples;

import io.github.clusterpool.Exported;
import io.github.clusterpool.Fn;
import io.github.clusterpool.JobFailedException;
import io.github.clusterpool.Pool;
import io.github.clusterpool.Result;
import io.github.clusterpool.Script;
import io.github.clusterpool.TaskContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verbs of the pool in one session, printed with their results. */
public final class QuickStart {
    private QuickStart() {}

    /** Takes no arguments. */
    public static void main(String[] args) {
        try (Pool pool = Pool.open(4)) { // four workers inside this JVM
            List<Integer> numbers = List.of(1, 2, 3, 4, 5);

            // Calls take effect in the order they are made: what follows sees x, and nothing waits for it.
            Exported<Integer> x = pool.export("x", 42);
            var sums = pool.sapply(numbers, i -> i + x.get());
            print("sapply", Arrays.toString(sums.join().toIntArray()));

            // What a script assigns stays on the workers.
            print("evalq", pool.evalq("y = x * 2").join());
            Fn<Integer, Integer> script = Script.fn("i -> i + y");
            print("script", pool.lapply(numbers, script).join());

            // A map gives a map. Of two lists side by side, the shorter one begins again.
            print("lapply", pool.lapply(Map.of("one", 1), i -> i * 10).join());
            print("map", pool.map(numbers, List.of(10, 20), (a, b) -> a * b).join());

            // Once on every worker.
            var ids = pool.call(() -> TaskContext.current().workerId());
            print("call", ids.join());

            // One bad element costs no good one: the failure holds every outcome.
            try {
                pool.lapply(List.of(4, 2, 0), i -> 8 / i).join();
            } catch (JobFailedException e) {
                print("failure", e.getMessage());
                e.outcomes().stream().filter(Result::isSuccess).forEach(kept -> print("kept", kept.value()));
            }

            pool.init(4).join(); // clean again
            try {
                pool.sapply(List.of(1), Script.fn("i -> i + x")).join();
            } catch (JobFailedException e) {
                print("init", e.getMessage());
            }
        }
    }

    private static void print(String verb, @Nullable Object result) {
        System.out.printf("%-8s %s%n", verb, result);
    }
}
