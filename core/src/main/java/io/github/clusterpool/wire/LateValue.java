package io.github.clusterpool.wire;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that may have to be decoded before it is there. Any thread may ask. */
public interface LateValue extends Supplier<@Nullable Object>, AutoCloseable {
    /** One that is there. */
    static LateValue of(@Nullable Object value) {
        return new LateValue() {
            @Override
            public @Nullable Object get() {
                return value;
            }

            @Override
            public void close() {
                // it takes nothing but memory
            }
        };
    }

    /** Nobody will ask any more: gives back what it would be decoded from. */
    @Override
    void close();
}
