package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.sim.Chance;
import java.util.ArrayList;
import java.util.List;

/**
 * What kind of story a seed tells.
 *
 * @param workers at the start
 * @param inJvms whether they have JVMs of their own
 * @param asBytes whether messages between JVMs go through the pool's serializer
 * @param isCalm nothing is lost, nobody is deaf and the pool itself is not changed
 * @param faults crashes, kills, freezes and cuts
 * @param badMessagesInThousand lost, doubled or overtaken between JVMs
 */
record SimPlan(
        int workers,
        PoolConfig config,
        boolean inJvms,
        boolean asBytes,
        boolean isCalm,
        int clients,
        int callsEach,
        int faults,
        int badMessagesInThousand) {
    private static final List<PoolConfig> CONFIGS = configs("64KiB");

    /** Nearly all that is sent goes in pieces. */
    private static final List<PoolConfig> CONFIGS_OF_BLOBS = configs("64");

    private static List<PoolConfig> configs(String threshold) {
        List<PoolConfig> configs = new ArrayList<>();
        for (int credit : new int[] {1, 2, 16}) {
            configs.add(PoolConfig.from(ConfigFactory.parseString("""
                    clusterpool {
                      name = %s
                      worker.credit = %d
                      cancel-grace = 1s
                      max-message-size = 64KiB
                      blob { threshold = %s, memory = 2KiB }
                    }
                    """.formatted(Simulation.POOL, credit, threshold))));
        }
        return configs;
    }

    static SimPlan of(Chance chance) {
        boolean calm = chance.percent(15);
        boolean inJvms = chance.percent(65);
        return new SimPlan(
                chance.between(1, 4),
                chance.of(chance.percent(25) ? CONFIGS_OF_BLOBS : CONFIGS)
                        .placement(inJvms ? Placement.PROCESSES : Placement.IN_PROCESS),
                inJvms,
                chance.percent(20),
                calm,
                chance.between(1, 3),
                chance.between(3, 8),
                calm ? 0 : chance.between(0, 5),
                calm || chance.percent(50) ? 0 : chance.between(1, 30));
    }
}
