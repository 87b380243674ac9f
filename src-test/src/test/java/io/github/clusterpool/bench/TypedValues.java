package io.github.clusterpool.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTyping;
import com.fasterxml.jackson.databind.jsontype.impl.LaissezFaireSubTypeValidator;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.github.clusterpool.wire.Slices;
import io.github.clusterpool.wire.ValueCodec;
import io.github.clusterpool.wire.WireRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A record of five fields, encoded and decoded by us and by Jackson databind with default typing, both as CBOR. */
final class TypedValues {
    record Trade(long id, String symbol, int count, double price, boolean open) {}

    private static final int ELEMENTS = 1_000;

    private final ValueCodec codec =
            new ValueCodec(WireRules.defaults(), List.of()).withLoader(TypedValues.class.getClassLoader());

    @SuppressWarnings("deprecation") // for the comparison only
    private final ObjectMapper mapper = CBORMapper.builder()
            .activateDefaultTyping(LaissezFaireSubTypeValidator.instance, DefaultTyping.EVERYTHING)
            .build();

    private final Trade trade = new Trade(1L << 40, "ABCD.XY", 300, 12.75, true);
    private final List<Trade> trades = IntStream.range(0, ELEMENTS)
            .mapToObj(i -> new Trade(i, "ABCD.X" + i % 10, i, i / 8.0, i % 2 == 0))
            .toList();

    /** One on its own, with all that is needed to read it. */
    Object oursOne() {
        return codec.decode(codec.encode(trade));
    }

    Object databindOne() {
        try {
            return mapper.readValue(mapper.writeValueAsBytes(trade), Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the elements of a job go. */
    Object oursMany() {
        Slices slices = codec.encodeAll(trades);
        return codec.decoder(slices.types()).decode(slices.bytes(), slices.size());
    }

    Object databindMany() {
        try {
            return mapper.readValue(mapper.writeValueAsBytes(new ArrayList<>(trades)), Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void requireRight() {
        if (!trade.equals(oursOne())
                || !trade.equals(databindOne())
                || !trades.equals(oursMany())
                || !trades.equals(databindMany())) {
            throw new IllegalStateException("what is measured must work");
        }
    }
}
