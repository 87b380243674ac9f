package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.github.clusterpool.state.WorkerRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemConfigTest {
    private static final PoolConfig POOL = PoolConfig.processes(1).name("images");
    private static final String LARGE = "pekko.remote.artery.large-message-destinations";

    private static Config workerJvm(boolean largeLane) {
        return SystemConfig.workerJvm(new WorkerSetup(POOL, new WorkerRef(2, 7), "", "", largeLane));
    }

    @Test
    void workerJvm_driverWithALargeLane_hasOneToo() {
        List<String> blobs = workerJvm(true).getStringList(LARGE);

        assertThat(blobs).hasSize(2).contains("/user/" + BlobPort.NAME);
        assertThat(SystemConfig.driver(POOL).getStringList(LARGE)).containsExactly("/user/" + BlobPort.NAME);
    }

    /** A lane at one side alone would make the other warn of dropped messages whenever the JVM ends. */
    @Test
    void workerJvm_driverWithoutALargeLane_hasNone() {
        assertThat(workerJvm(false).getStringList(LARGE)).isEmpty();
    }
}
