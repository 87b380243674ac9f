package io.github.clusterpool.bench;

import io.github.clusterpool.PoolConfig;

/** Workers that are threads of this JVM. */
final class ClusterpoolInProcess extends Clusterpool {
    @Override
    PoolConfig config(int workers) {
        return PoolConfig.inProcess(workers);
    }
}
