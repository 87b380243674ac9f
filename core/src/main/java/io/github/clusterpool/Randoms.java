package io.github.clusterpool;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The random numbers of one job on one worker. */
final class Randoms {
    /** Made when it is first needed: it takes a while. */
    private static final class Fresh {
        private static final SecureRandom SEEDS = new SecureRandom();
    }

    private final @Nullable Seed seed;
    private final int worker;
    private @Nullable RandomStream ofWorker;

    Randoms(@Nullable Seed seed, int worker) {
        this.seed = seed;
        this.worker = worker;
    }

    RandomStream forTask(int index) {
        if (seed == null) {
            return RandomStream.seeded(Fresh.SEEDS.nextLong());
        }
        if (!seed.perWorker()) {
            return RandomStream.seeded(seed.number()).stream(index);
        }
        if (ofWorker == null) {
            ofWorker = RandomStream.seeded(seed.number()).stream(worker - 1);
        }
        return ofWorker;
    }
}
