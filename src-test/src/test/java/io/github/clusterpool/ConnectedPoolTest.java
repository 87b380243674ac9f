package io.github.clusterpool;

import io.github.clusterpool.trust.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pekko.actor.typed.ActorSystem;
import org.junit.jupiter.api.Tag;

/** What holds in every placement, for a client that is connected to a pool of another member, which is in this JVM as well. */
@Tag("clients")
class ConnectedPoolTest extends LivePool implements EveryPlacement {
    private Pool owner;
    private ActorSystem<Void> member;

    ConnectedPoolTest() {
        super("in-process");
    }

    @Override
    Pool openPool(PoolConfig config) throws Exception {
        Path home = Files.createTempDirectory("clusterpool-home");
        PoolConfig alone = LivePool.config("""
                name = shared, security = none, code-shipping = on
                cluster { home = "%s", start-timeout = %ds }
                """.formatted(home, Patience.much().toSeconds()));
        member = ClusterSystem.join(alone, Role.NODE);
        owner = Pools.of(member).pool(alone, false);
        owner.init(SIZE).join(Patience.much());
        PoolConfig joining = LivePool.config("""
                name = shared, security = none, code-shipping = on
                cluster { home = "%s", join = "%s", start-timeout = %ds }
                """.formatted(
                        home, ClusterSystem.address(member), Patience.much().toSeconds()));
        return Pool.connect(joining);
    }

    /** Though the workers are in this JVM, to the client they are elsewhere: its classes are sent. */
    @Override
    public Placement placement() {
        return Placement.CLUSTER;
    }

    @Override
    void endMore() {
        owner.close();
        ClusterSystem.end(member);
    }
}
