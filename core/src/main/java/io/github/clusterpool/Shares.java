package io.github.clusterpool;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Divides slots among pools: each gets what it wants up to an even share, and what some do not want goes to the others. */
final class Shares {
    private Shares() {}

    /**
     * How many slots each gets, by its name; the same wherever it is worked out.
     *
     * @param wants how many each could use
     */
    static Map<String, Integer> of(int slots, Map<String, Integer> wants) {
        List<Map.Entry<String, Integer>> modestFirst = wants.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .thenComparing(Comparator.comparing(Map.Entry::getKey)))
                .toList();
        Map<String, Integer> shares = new HashMap<>();
        int left = slots;
        int pools = modestFirst.size();
        for (Map.Entry<String, Integer> each : modestFirst) {
            int share = Math.min(each.getValue(), left / pools);
            shares.put(each.getKey(), share);
            left -= share;
            pools--;
        }
        return shares;
    }
}
