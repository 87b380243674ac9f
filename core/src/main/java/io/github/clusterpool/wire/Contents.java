package io.github.clusterpool.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a message holds, be it there or in a blob that the message refers to; holds these blobs until it is closed.
 *
 * @param blobs that it refers to, here or on their way
 */
public record Contents(Map<BlobRef, Blob> blobs) implements AutoCloseable {
    /** Of a message that refers to none. */
    public static final Contents WHOLE = new Contents(Map.of());

    /** Holds them. */
    public Contents {
        blobs.values().forEach(Blob::retain);
    }

    /** These and one more, to be closed apart from this one. */
    public Contents with(Blob blob) {
        Map<BlobRef, Blob> all = new HashMap<>(blobs);
        all.put(blob.ref(), blob);
        return new Contents(all);
    }

    /** The same for somebody else, to be closed apart from this one. */
    public Contents another() {
        return blobs.isEmpty() ? this : new Contents(blobs);
    }

    /** Lets the blobs go; no more can be read. */
    @Override
    public void close() {
        blobs.values().forEach(Blob::release);
    }

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
     * asked for, and once; it outlasts this.
     */
    public LateValue decodeWhenUsed(ValueCodec codec, byte[] content) {
        Blob blob = blob(content);
        if (blob != null && codec.isOfJdk(blob)) {
            return new OnceDecoded(codec, blob);
        }
        return LateValue.of(decode(codec, content));
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
