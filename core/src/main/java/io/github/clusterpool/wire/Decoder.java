package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes runs of one sequence; thread-safe. */
public final class Decoder {
    private final ValueCodec codec;
    private final ReceivedTypes types;

    Decoder(ValueCodec codec, ReceivedTypes types) {
        this.codec = codec;
        this.types = types;
    }

    /**
     * Decodes a run.
     *
     * @param bytes a cut of the sequence
     * @param count how many values it holds
     * @return the values in order, unmodifiable; may hold null
     * @throws MalformedValueException unless the bytes are exactly {@code count} values
     */
    public List<@Nullable Object> decode(byte[] bytes, int count) {
        checkCount(count, bytes.length);
        return codec.reading(bytes, in -> list(in, count));
    }

    /** The same with a cut that begins at {@code from}. */
    public List<@Nullable Object> decode(byte[] bytes, int from, int count) {
        checkCount(count, bytes.length - from);
        return codec.reading(bytes, from, in -> list(in, count));
    }

    /** The same with bytes that came as a blob. */
    public List<@Nullable Object> decode(Blob blob, int count) {
        checkCount(count, blob.ref().size());
        return codec.reading(blob, in -> list(in, count));
    }

    private static void checkCount(int count, int bytes) {
        if (count < 0 || count > bytes) {
            throw new MalformedValueException(
                    "a value needs a byte, so there must be at most " + bytes + ", got " + count);
        }
    }

    private List<@Nullable Object> list(CborIn in, int count) throws IOException {
        return Collections.unmodifiableList(Arrays.asList(values(in, count)));
    }

    @Nullable
    Object[] values(CborIn in, int count) throws IOException {
        @Nullable Object[] values = new @Nullable Object[count];
        ValueReader reader = new ValueReader(in, types, codec.rules());
        int expected = types.commonCode();
        for (int i = 0; i < count; i++) {
            values[i] = reader.root(expected);
        }
        ValueCodec.checkEnd(in);
        return values;
    }
}
