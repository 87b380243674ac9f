package io.github.clusterpool.wire;

import com.fasterxml.jackson.dataformat.cbor.CBORParser;
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
        return codec.reading(bytes, parser -> list(parser, count));
    }

    /** The same with a cut that begins at {@code from}. */
    public List<@Nullable Object> decode(byte[] bytes, int from, int count) {
        checkCount(count, bytes.length - from);
        return codec.reading(bytes, from, parser -> list(parser, count));
    }

    /** The same with bytes that came as a blob. */
    public List<@Nullable Object> decode(Blob blob, int count) {
        checkCount(count, blob.ref().size());
        return codec.reading(blob, parser -> list(parser, count));
    }

    private static void checkCount(int count, int bytes) {
        if (count < 0 || count > bytes) {
            throw new MalformedValueException(
                    "a value needs a byte, so there must be at most " + bytes + ", got " + count);
        }
    }

    private List<@Nullable Object> list(CBORParser parser, int count) throws IOException {
        return Collections.unmodifiableList(Arrays.asList(values(parser, count)));
    }

    @Nullable
    Object[] values(CBORParser parser, int count) throws IOException {
        @Nullable Object[] values = new @Nullable Object[count];
        ValueReader in = new ValueReader(parser, types, codec.rules());
        int expected = types.commonCode();
        for (int i = 0; i < count; i++) {
            values[i] = in.root(expected);
        }
        ValueCodec.checkEnd(parser);
        return values;
    }
}
