package io.github.clusterpool;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides on which of the joined nodes a pool's next worker lives: where the fewest slots are used, for each that is there. */
final class Places<N, W> {
    /** What a node says of itself. */
    record Offer(String name, int slots, int used, boolean draining) {}

    private static final class Node {
        Offer offer;
        int underWay;
        boolean doubtful;

        Node(Offer offer) {
            this.offer = offer;
        }

        int free() {
            return doubtful || offer.draining() ? 0 : offer.slots() - offer.used() - underWay;
        }

        double usedShare() {
            return (offer.used() + underWay + 0.0) / offer.slots();
        }
    }

    private final Map<N, Node> nodes = new LinkedHashMap<>();
    private final Map<W, N> underWay = new HashMap<>();

    /** A node has answered, or tells of a change. */
    void offered(N node, Offer offer) {
        Node known = nodes.computeIfAbsent(node, each -> new Node(offer));
        known.offer = offer;
        known.doubtful = false;
    }

    /** That node gets nothing new before it is heard of again. */
    void doubt(N node) {
        Node known = nodes.get(node);
        if (known != null) {
            known.doubtful = true;
        }
    }

    /** Whether it has made an offer that nothing speaks against. */
    boolean isSure(N node) {
        Node known = nodes.get(node);
        return known != null && !known.doubtful;
    }

    void gone(N node) {
        nodes.remove(node);
        underWay.values().removeIf(node::equals);
    }

    /** A place for that worker; it counts as used until {@link #arrived} says what came of it. Null: none is free. */
    @Nullable
    N take(W worker) {
        N best = null;
        for (Map.Entry<N, Node> each : nodes.entrySet()) {
            Node node = each.getValue();
            if (node.free() > 0
                    && (best == null || node.usedShare() < find(best).usedShare())) {
                best = each.getKey();
            }
        }
        if (best != null) {
            find(best).underWay++;
            underWay.put(worker, best);
        }
        return best;
    }

    private Node find(N node) {
        return Objects.requireNonNull(nodes.get(node));
    }

    /** The node counts that worker itself now, or has not taken it. */
    void arrived(W worker) {
        N node = underWay.remove(worker);
        Node known = node == null ? null : nodes.get(node);
        if (known != null) {
            known.underWay--;
        }
    }

    int count() {
        return nodes.size();
    }

    int slots() {
        return nodes.values().stream().mapToInt(node -> node.offer.slots()).sum();
    }

    int free() {
        return nodes.values().stream()
                .mapToInt(node -> Math.max(0, node.free()))
                .sum();
    }

    @Nullable
    Offer offer(N node) {
        Node known = nodes.get(node);
        return known == null ? null : known.offer;
    }

    Map<N, Offer> offers() {
        Map<N, Offer> offers = new LinkedHashMap<>();
        nodes.forEach((node, known) -> offers.put(node, known.offer));
        return offers;
    }
}
