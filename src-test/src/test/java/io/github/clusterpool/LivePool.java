package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One pool for all cases of a class, clean at the start of each; nothing may be left of it in the end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LivePool implements PoolCase {
    private final PoolConfig config;
    private Pool pool;

    // one for the class: what tasks still wait for must not go with the case that started them
    @TempDir
    static Path folder;

    LivePool(String placement) {
        this(placement, "");
    }

    LivePool(String placement, String more) {
        this.config = config("name = shared, placement = " + placement + "\n" + more);
    }

    /** The settings that the cases count on, and {@code more}. */
    static PoolConfig config(String more) {
        return PoolConfig.from(
                ConfigFactory.parseString("""
                clusterpool {
                  workers = %d
                  cancel-grace = %dms
                  max-message-size = 256KiB
                  blob { max-size = 24MiB, memory = 4MiB }
                  processes.start-timeout = 120s
                  %s
                }
                """.formatted(SIZE, Patience.scaled(1).toMillis(), more))
                        .withFallback(ConfigFactory.load()));
    }

    @BeforeAll
    void open() throws Exception {
        pool = openPool(config);
    }

    /** How the callers get at it. */
    Pool openPool(PoolConfig how) throws Exception {
        return Pool.open(how);
    }

    @BeforeEach
    void clean() {
        pool.init(SIZE).join(Patience.much());
        pool.resize(SIZE).join(Patience.much());
    }

    @AfterAll
    void close() throws Exception {
        pool.close();
        endMore();
        Leftovers.expectNone(config.name());
    }

    /** What the pool's workers live on, if that is not the pool's own. */
    void endMore() throws Exception {}

    @Override
    public Pool pool() {
        return pool;
    }

    @Override
    public Placement placement() {
        return config.placement();
    }

    @Override
    public Path folder() {
        return folder;
    }
}
