package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a message holds, be it there or in a blob that the message refers to.
 *
 * @param blobs that it refers to, here or on their way
 */
public record Contents(Map<BlobRef, Blob> blobs) {
    /** Of a message that refers to none. */
    public static final Contents WHOLE = new Contents(Map.of());

    /** Whether none of the blobs is still on its way. */
    public boolean areSettled() {
        for (Blob blob : blobs.values()) {
            if (!blob.isSettled()) {
                return false;
            }
        }
        return true;
    }

    /** Decodes one value. */
    public @Nullable Object decode(ValueCodec codec, byte[] content) {
        Blob blob = blob(content);
        return blob == null ? codec.decode(content) : codec.decode(blob);
    }

    /**
     * Decodes one value: now, but what came as a blob and holds nothing but what every JVM has is decoded when it is first
     * asked for, and once.
     */
    public Supplier<@Nullable Object> decodeWhenUsed(ValueCodec codec, byte[] content) {
        Blob blob = blob(content);
        if (blob != null && codec.isOfJdk(blob)) {
            return new OnceDecoded(codec, blob);
        }
        Object value = decode(codec, content);
        return () -> value;
    }

    /** Reads the types of a sequence. */
    public Decoder decoder(ValueCodec codec, byte[] content) {
        Blob blob = blob(content);
        return blob == null ? codec.decoder(content) : codec.decoder(blob);
    }

    /** Decodes a run of a sequence. */
    public List<@Nullable Object> decode(Decoder decoder, byte[] content, int count) {
        Blob blob = blob(content);
        return blob == null ? decoder.decode(content, count) : decoder.decode(blob, count);
    }

    /** The bytes themselves. */
    public byte[] bytes(byte[] content) {
        Blob blob = blob(content);
        if (blob == null) {
            return content;
        }
        try (InputStream all = blob.open()) {
            return all.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Blob blob(byte[] content) {
        return BlobRef.isRef(content) ? blobs.get(BlobRef.read(content)) : null;
    }
}
