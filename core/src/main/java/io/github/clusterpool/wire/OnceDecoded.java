package io.github.clusterpool.wire;

import org.jspecify.annotations.Nullable;

/** A value that stays a blob until somebody asks for it; then the blob may go. */
final class OnceDecoded implements LateValue {
    private final ValueCodec codec;
    private @Nullable Blob blob; // guarded by this, as the rest
    private @Nullable Object value;
    private boolean closed;

    OnceDecoded(ValueCodec codec, Blob blob) {
        this.codec = codec;
        this.blob = blob.retain();
    }

    @Override
    public synchronized @Nullable Object get() {
        if (closed) {
            throw new IllegalStateException("a value that was given up must not be asked for");
        }
        if (blob != null) {
            value = codec.decode(blob);
            letGo(blob);
        }
        return value;
    }

    @Override
    public synchronized void close() {
        if (blob != null) {
            closed = true;
            letGo(blob);
        }
    }

    private void letGo(Blob held) {
        blob = null;
        held.release();
    }
}
