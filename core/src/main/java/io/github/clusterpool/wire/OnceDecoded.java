package io.github.clusterpool.wire;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that stays a blob until somebody asks for it; then the blob may go. Any thread may ask. */
final class OnceDecoded implements Supplier<@Nullable Object> {
    private final ValueCodec codec;
    private @Nullable Blob blob; // guarded by this, as the value
    private @Nullable Object value;

    OnceDecoded(ValueCodec codec, Blob blob) {
        this.codec = codec;
        this.blob = blob;
    }

    @Override
    public synchronized @Nullable Object get() {
        if (blob != null) {
            value = codec.decode(blob);
            blob = null;
        }
        return value;
    }
}
