package io.github.clusterpool.parity;

import static io.github.clusterpool.parity.GoldenCase.list;
import static io.github.clusterpool.parity.GoldenCase.map;
import static io.github.clusterpool.parity.GoldenCase.number;
import static io.github.clusterpool.parity.GoldenCase.texts;

import io.github.clusterpool.Fn;
import io.github.clusterpool.Job;
import io.github.clusterpool.JobOptions;
import io.github.clusterpool.Pool;
import io.github.clusterpool.Scheduling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several steps on one pool, each with R's own answer. */
final class Sessions {
    private final LivePools pools;
    private final Pool pool;
    private final Pool asR;
    private List<Long> remembered = List.of();

    Sessions(LivePools pools, Pool pool) {
        this.pools = pools;
        this.pool = pool;
        this.asR = pool.with(JobOptions.scheduling(Scheduling.STATIC));
    }

    void run(GoldenCase session) throws Exception {
        Map<String, Object> caller = map(session.args().getOrDefault("master", Map.of()));
        int number = 0;
        for (Object each : list(session.args().get("steps"))) {
            Map<String, Object> step = map(each);
            number++;
            try {
                Oracle.check(map(step.get("expected")), Math.max(1, chunks(step)), () -> step(step, caller));
            } catch (AssertionError e) {
                throw new AssertionError("step " + number + " " + step + ": " + e.getMessage(), e);
            }
        }
    }

    /** Lists go in one chunk a worker, but {@code clusterMap} sends one element a message. */
    private int chunks(Map<String, Object> step) {
        return step.get("op").equals("pool_map")
                ? Verbs.vectors(step).stream()
                        .mapToInt(vector -> vector.cells().size())
                        .max()
                        .orElse(0)
                : pool.size();
    }

    private Object step(Map<String, Object> step, Map<String, Object> caller) {
        return switch ((String) step.get("op")) {
            case "export" -> LivePools.end(pool.export(variables(step, caller)));
            case "exportFrom" -> LivePools.end(pool.export(variables(step, map(step.get("scope")))));
            case "pool_export" -> LivePools.end(pool.export(variables(step, map(step.get("set")))));
            case "call", "pool_call" -> LivePools.end(call(step));
            case "evalq", "pool_evalq" -> LivePools.end(evalq((String) step.get("expr")));
            case "sapply", "pool_sapply" -> LivePools.end(Verbs.sapply(asR, elements(step), function(step)));
            case "lapply" -> LivePools.end(asR.lapply(elements(step).elements(), function(step)));
            case "pool_map" -> LivePools.end(Verbs.map(asR.with(Verbs.ONE_BY_ONE), step));
            default -> azure(step);
        };
    }

    private Object azure(Map<String, Object> step) {
        return switch ((String) step.get("op")) {
            case "pool_exists" -> pool.exists();
            case "pool_size" -> pool.size();
            case "init_pool" ->
                LivePools.end(pool.init(number(step, "size", 0), Boolean.TRUE.equals(step.get("restart"))));
            case "delete_pool" -> LivePools.end(pool.delete());
            case "remember_pids" -> {
                remembered = pools.identities(pool);
                yield null;
            }
            case "same_processes" -> pools.identities(pool).equals(remembered);
            case "any_same_process" -> pools.identities(pool).stream().anyMatch(remembered::contains);
            default -> throw new IllegalArgumentException("step must be known, got " + step);
        };
    }

    private static RValue elements(Map<String, Object> step) {
        return RValue.of(step.get("X"));
    }

    private static Fn<Object, Object> function(Map<String, Object> step) {
        return Functions.of1((String) step.get("fn"), List.of());
    }

    /** A name that is nowhere does not compile in Java; what a caller may have that cannot be exported is this. */
    private static Map<String, Object> variables(Map<String, Object> step, Map<String, Object> scope) {
        Map<String, Object> variables = new LinkedHashMap<>();
        for (String name : texts(step.get("names"))) {
            variables.put(
                    name, scope.containsKey(name) ? RValue.of(scope.get(name)).toJava() : new Object());
        }
        return variables;
    }

    private Job<List<Object>> call(Map<String, Object> step) {
        String name = (String) step.get("fn");
        RValue args = RValue.of(step.get("args"));
        if (args.cells().isEmpty()) {
            return pool.call(Functions.of0(name));
        }
        List<Object> inOrder = args.elements();
        if (!args.names().isEmpty()) {
            inOrder = new ArrayList<>();
            for (String parameter : Functions.parameters(name)) {
                inOrder.add(args.named().get(parameter));
            }
        }
        return pool.call(Functions.of1(name, inOrder.subList(1, inOrder.size())), inOrder.get(0));
    }

    private Job<List<Object>> evalq(String expression) {
        return Functions.isScript(expression)
                ? pool.evalq(Functions.script(expression))
                : pool.evalq(Functions.expression(expression));
    }
}
