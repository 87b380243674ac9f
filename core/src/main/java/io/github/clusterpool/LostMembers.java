package io.github.clusterpool;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The members that a node's side of a cluster has removed because they were silent; some may live on beyond a cut, as
 * another cluster. Of two such sides one goes over to the other when they reach each other again, and this says which.
 */
final class LostMembers {
    /** @param age smaller for older ones, over all sides, as it was given before the cut */
    record Lost(String address, boolean driver, int age) {}

    /** More would be machines that are gone for good. */
    private static final int MOST = 64;

    private final Map<String, Lost> lost = new LinkedHashMap<>();

    synchronized void add(Lost member) {
        lost.remove(member.address());
        lost.put(member.address(), member);
        if (lost.size() > MOST) {
            lost.remove(lost.keySet().iterator().next());
        }
    }

    /** It is a member again. */
    synchronized void remove(String address) {
        lost.remove(address);
    }

    synchronized List<String> addresses() {
        return List.copyOf(lost.keySet());
    }

    /**
     * Those whose side this one is to go over to, once it reaches them, the best first. A driver has its pools, which end
     * with its membership, so nodes go where drivers are; without any, to the older side.
     *
     * @param oldestHere age of this side's oldest member
     */
    synchronized List<String> stronger(boolean driversHere, int oldestHere) {
        if (driversHere) {
            return List.of();
        }
        Stream<Lost> drivers = lost.values().stream().filter(Lost::driver);
        Stream<Lost> older = lost.values().stream()
                .filter(each -> !each.driver() && each.age() < oldestHere)
                .sorted(Comparator.comparingInt(Lost::age));
        return Stream.concat(drivers, older).map(Lost::address).toList();
    }
}
