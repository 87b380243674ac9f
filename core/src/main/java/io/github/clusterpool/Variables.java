package io.github.clusterpool;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A worker's environment as one task sees it: reads at the task's epoch, writes at the task's epoch. */
final class Variables {
    private final Environment environment;
    private final long epoch;

    Variables(Environment environment, long epoch) {
        this.environment = environment;
        this.epoch = epoch;
    }

    boolean has(String name) {
        return environment.has(name, epoch);
    }

    @Nullable
    Object get(String name) {
        return environment.get(name, epoch);
    }

    void set(String name, @Nullable Object value) {
        environment.set(name, value, epoch);
    }

    void remove(String name) {
        environment.remove(name, epoch);
    }

    Set<String> names() {
        return environment.names(epoch);
    }
}
