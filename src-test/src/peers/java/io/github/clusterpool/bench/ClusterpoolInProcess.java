package io.github.clusterpool.bench;

import io.github.clusterpool.PoolConfig;

/** Workers that are threads of this JVM; values are copied, and there is no setting for references. */
final class ClusterpoolInProcess extends Clusterpool {
    @Override
    PoolConfig config(int workers) {
        return PoolConfig.inProcess(workers);
    }
}
