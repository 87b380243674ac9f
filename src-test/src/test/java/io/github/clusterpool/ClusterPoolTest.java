package io.github.clusterpool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * What holds in every placement, on the workers of a cluster of two nodes, over mutual TLS. They stay where they are: what
 * replaces one that a case has ended may be on the other's node, and the case that is next shall not have it move.
 */
@Tag("nodes")
class ClusterPoolTest extends LivePool implements EveryPlacement {
    private static final List<NodeJvm> NODES = new ArrayList<>();

    ClusterPoolTest() throws Exception {
        super("cluster", "cluster { " + join() + " }");
    }

    private static String join() throws Exception {
        Path home = Files.createTempDirectory("clusterpool-home");
        NODES.add(NodeJvm.start(home, "--workers", "8", "--name", "first"));
        NODES.add(NodeJvm.start(
                home,
                "--workers",
                "8",
                "--name",
                "second",
                "--join",
                NODES.get(0).address()));
        return "home = \"%s\", join = \"%s\", start-timeout = %ds, rebalance = off"
                .formatted(home, NODES.get(0).address(), Patience.much().toSeconds());
    }

    @Override
    void endMore() throws Exception {
        for (NodeJvm node : NODES) {
            node.close();
        }
    }
}
