package io.github.clusterpool;

import java.util.List;

/**
 * How one node of a cluster stands.
 *
 * @param name its own, and where it is reached: {@code NAME@HOST:PORT}
 * @param slots workers that it hosts at most, of all pools
 * @param used workers that it hosts now
 * @param tags that it offers
 * @param draining takes no more, and leaves when those that it has are done
 * @param reachable false: a member that does not answer, and is removed if that lasts; then the rest is not known
 */
public record NodeStatus(String name, int slots, int used, List<String> tags, boolean draining, boolean reachable) {
    /** Keeps its own copy of the tags. */
    public NodeStatus {
        tags = List.copyOf(tags);
    }

    static NodeStatus of(Places.Offer offer) {
        return new NodeStatus(offer.name(), offer.slots(), offer.used(), offer.tags(), offer.draining(), true);
    }

    /** A node of which only the address is known, as it does not answer. */
    static NodeStatus silent(String address) {
        return new NodeStatus("?@" + address, 0, 0, List.of(), false, false);
    }

    String address() {
        return name.substring(name.indexOf('@') + 1);
    }

    /** Whether it is meant by that: its name, its address, or both. */
    boolean isCalled(String text) {
        int at = name.indexOf('@');
        return name.equals(text)
                || name.substring(0, at).equals(text)
                || name.substring(at + 1).equals(text);
    }
}
