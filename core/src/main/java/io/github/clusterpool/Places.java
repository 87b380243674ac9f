package io.github.clusterpool;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides on which of the joined nodes a pool's workers live: each next one where the fewest slots are used, for each that
 * is there. It knows of other pools what the nodes tell, so that all come to the same view of who has more than its share.
 */
final class Places<N, W> {
    /**
     * What a node says of itself.
     *
     * @param claims of the pools that know it
     */
    record Offer(String name, int slots, int used, boolean draining, List<String> tags, List<NodeDoor.Claim> claims) {
        int usedBy(String pool) {
            return claims.stream()
                    .filter(claim -> claim.pool().equals(pool))
                    .mapToInt(NodeDoor.Claim::used)
                    .sum();
        }
    }

    /** Another pool, as far as all nodes together tell. */
    private static final class Other {
        int wants;
        int used;
        int usedHere;
        List<String> tags = List.of();

        /** On nodes that this pool may use, too. */
        int wantsHere() {
            return Math.max(usedHere, wants - (used - usedHere));
        }
    }

    private final class Node {
        Offer offer;
        int underWay;

        /** Workers of this pool that were told to leave it. */
        int going;

        boolean doubtful;

        Node(Offer offer) {
            this.offer = offer;
        }

        boolean fits() {
            return !offer.draining() && offer.tags().containsAll(onNodes);
        }

        int free() {
            return doubtful || !fits() ? 0 : offer.slots() - offer.used() - underWay;
        }

        int used() {
            return offer.used() + underWay - going;
        }

        double usedShare() {
            return share(0);
        }

        double share(int more) {
            return (used() + more + 0.0) / offer.slots();
        }

        int own() {
            return offer.usedBy(pool) + underWay - going;
        }
    }

    private final String pool;
    private final List<String> onNodes;
    private final Map<N, Node> nodes = new LinkedHashMap<>();
    private final Map<W, N> underWay = new HashMap<>();
    private final Map<W, N> going = new LinkedHashMap<>();
    private int wants;

    /** Of that pool, on nodes that have these tags. */
    Places(String pool, List<String> onNodes) {
        this.pool = pool;
        this.onNodes = onNodes;
    }

    /** The pool is to have so many workers on nodes. */
    void wants(int workers) {
        wants = workers;
    }

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
        going.values().removeIf(node::equals);
    }

    /** A place for that worker; it counts as used until {@link #arrived} says what came of it. Null: none is free. */
    @Nullable
    N take(W worker) {
        N best = own() >= share() && !starving().isEmpty() ? null : emptiest();
        if (best != null) {
            find(best).underWay++;
            underWay.put(worker, best);
        }
        return best;
    }

    private @Nullable N emptiest() {
        N best = null;
        for (Map.Entry<N, Node> each : nodes.entrySet()) {
            Node node = each.getValue();
            if (node.free() > 0
                    && (best == null || node.usedShare() < find(best).usedShare())) {
                best = each.getKey();
            }
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

    /** That worker was told to leave that node; it counts as gone from there until it {@link #left}. */
    void goes(W worker, N node) {
        Node known = nodes.get(node);
        if (known != null && going.putIfAbsent(worker, node) == null) {
            known.going++;
        }
    }

    void left(W worker) {
        N node = going.remove(worker);
        Node known = node == null ? null : nodes.get(node);
        if (known != null) {
            known.going--;
        }
    }

    // ---- shares

    private Stream<Node> fitting() {
        return nodes.values().stream().filter(Node::fits);
    }

    private int own() {
        return fitting().mapToInt(Node::own).sum();
    }

    private Map<String, Other> others() {
        Map<String, Other> others = new HashMap<>();
        for (Node node : nodes.values()) {
            for (NodeDoor.Claim claim : node.offer.claims()) {
                if (!claim.pool().equals(pool)) {
                    Other other = others.computeIfAbsent(claim.pool(), name -> new Other());
                    other.wants = Math.max(other.wants, claim.wants());
                    other.tags = claim.tags();
                    other.used += claim.used();
                    other.usedHere += node.fits() ? claim.used() : 0;
                }
            }
        }
        others.values().removeIf(other -> fitting().noneMatch(node -> mayUse(other, node)));
        return others;
    }

    private static boolean mayUse(Other other, Places<?, ?>.Node node) {
        return node.offer.tags().containsAll(other.tags);
    }

    private Map<String, Integer> shares(Map<String, Other> others) {
        Map<String, Integer> wanted = new HashMap<>();
        wanted.put(pool, wants);
        others.forEach((name, other) -> wanted.put(name, other.wantsHere()));
        return Shares.of(slots(), wanted);
    }

    private int share() {
        return shares(others()).getOrDefault(pool, 0);
    }

    /** The pools that have less than their share, and wait. */
    private List<Other> starving() {
        Map<String, Other> others = others();
        Map<String, Integer> shares = shares(others);
        return others.entrySet().stream()
                .filter(each -> each.getValue().wants > each.getValue().used
                        && each.getValue().usedHere < shares.getOrDefault(each.getKey(), 0))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A node where this pool is to give a slot back, for a pool that has less than its share; null: it need not. */
    @Nullable
    N surplus() {
        List<Other> starving = starving();
        int excess = own() - share();
        boolean someRoom =
                fitting().anyMatch(node -> node.free() > 0 && starving.stream().anyMatch(one -> mayUse(one, node)));
        if (starving.isEmpty() || excess <= 0 || someRoom || !isMostInExcess(excess)) {
            return null;
        }
        return nodes.entrySet().stream()
                .filter(each ->
                        each.getValue().own() > 0 && starving.stream().anyMatch(one -> mayUse(one, each.getValue())))
                .max((a, b) -> Integer.compare(a.getValue().own(), b.getValue().own()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Only one pool gives at a time, so that no more is given than is wanted. */
    private boolean isMostInExcess(int excess) {
        Map<String, Other> others = others();
        Map<String, Integer> shares = shares(others);
        return others.entrySet().stream().allMatch(each -> {
            int its = each.getValue().usedHere - shares.getOrDefault(each.getKey(), 0);
            return its < excess || (its == excess && each.getKey().compareTo(pool) > 0);
        });
    }

    /** A node that a worker of this pool is to leave for one that is emptier, even after that; null: all is even. */
    @Nullable
    N crowded() {
        N to = emptiest();
        if (to == null) {
            return null;
        }
        double after = find(to).share(1);
        return nodes.entrySet().stream()
                .filter(each -> each.getValue().own() > 0
                        && !each.getKey().equals(to)
                        && each.getValue().share(-1) >= after
                        && hasMost(each.getValue()))
                .max((a, b) ->
                        Double.compare(a.getValue().usedShare(), b.getValue().usedShare()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Only one pool leaves a node, so that no more move than needed. */
    private boolean hasMost(Node node) {
        return node.offer.claims().stream()
                .allMatch(claim -> claim.pool().equals(pool)
                        || claim.used() < node.own()
                        || (claim.used() == node.own() && claim.pool().compareTo(pool) > 0));
    }

    /** How many more workers may have a slot now. */
    int room() {
        int free = fitting().mapToInt(node -> Math.max(0, node.free())).sum();
        return starving().isEmpty() ? free : Math.max(0, Math.min(free, share() - own()));
    }

    // ---- in numbers

    int count() {
        return nodes.size();
    }

    /** Of nodes that the pool may use. */
    int slots() {
        return fitting().mapToInt(node -> node.offer.slots()).sum();
    }

    int fittingCount() {
        return (int) fitting().count();
    }

    /** Used by other pools. */
    int usedByOthers() {
        return fitting()
                .mapToInt(node -> node.offer.used() - node.offer.usedBy(pool))
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
