package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.github.clusterpool.wire.CborIn.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CborTest {
    private static final int WINDOW = 8192;

    @Property
    void written_isReadByJackson(@ForAll @Size(max = 20) List<Long> numbers, @ForAll double real, @ForAll byte[] bytes)
            throws IOException {
        CborOut out = new CborOut(WireRules.MOST_BYTES);
        out.array(3);
        out.array(numbers.size());
        numbers.forEach(out::number);
        out.real(real);
        out.bytes(bytes);

        JsonNode read = new CBORMapper().readTree(out.toByteArray());

        assertThat(read.get(0)).extracting(JsonNode::longValue).containsExactlyElementsOf(numbers);
        assertThat(read.get(1).doubleValue()).isEqualTo(real);
        assertThat(read.get(2).getNodeType()).isEqualTo(JsonNodeType.BINARY);
        assertThat(read.get(2).binaryValue()).isEqualTo(bytes);
    }

    @Property
    void text_isUtf8UnlessItHasNone(@ForAll String text) throws IOException {
        boolean hasNone = !StandardCharsets.UTF_8.newEncoder().canEncode(text);
        assertThat(Utf8.length(text)).isEqualTo(hasNone ? -1 : text.getBytes(StandardCharsets.UTF_8).length);
        if (!hasNone) {
            CborOut out = new CborOut(WireRules.MOST_BYTES);
            out.text(text);

            assertThat(new CBORMapper().readTree(out.toByteArray()).textValue()).isEqualTo(text);
            assertThat(first(out.toByteArray()).asText()).isEqualTo(text);
        }
    }

    @Test
    void text_ofEveryWidth_isUtf8() {
        String text = "a\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFF" + Character.toString(0x10000)
                + Character.toString(0x10FFFF);
        byte[] bytes = new byte[Utf8.length(text)];

        Utf8.write(text, bytes.length, bytes, 0);

        assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Utf8.read(bytes, 0, bytes.length)).isEqualTo(text);
    }

    @Test
    void text_thatIsNotUtf8_isRefused() {
        for (String hex : List.of("61FF", "62C080", "63EDA080", "62C3C3", "61C3")) {
            CborIn in = first(HexFormat.of().parseHex(hex));

            assertThatThrownBy(in::asText)
                    .isInstanceOf(MalformedValueException.class)
                    .hasMessage("a string must be UTF-8, got other bytes");
        }
    }

    @Test
    void next_whatIsNeverWritten_isRefused() {
        for (String hex : List.of("5F", "7F", "9F", "A0", "F7", "F93C00", "1C", "C1C100", "FF", "1BFFFFFFFFFFFFFFFF")) {
            assertThatThrownBy(() -> first(HexFormat.of().parseHex(hex)))
                    .as(hex)
                    .isInstanceOf(MalformedValueException.class);
        }
    }

    @Test
    void stream_stringsAcrossItsWindow_areRead() throws IOException {
        CborOut out = new CborOut(WireRules.MOST_BYTES);
        out.array(4);
        out.text("é".repeat(WINDOW));
        out.bytes(new byte[3 * WINDOW]);
        out.number(Long.MIN_VALUE);
        out.text("end");
        byte[] all = out.toByteArray();
        CborIn in = new CborIn(new ByteArrayInputStream(all), all.length);

        assertThat(in.next()).isEqualTo(Item.ARRAY);
        in.next();
        assertThat(in.asText()).isEqualTo("é".repeat(WINDOW));
        in.next();
        assertThat(in.asBytes()).hasSize(3 * WINDOW);
        assertThat(in.next()).isEqualTo(Item.INTEGER);
        assertThat(in.asLong()).isEqualTo(Long.MIN_VALUE);
        in.next();
        assertThat(in.asText()).isEqualTo("end");
        assertThat(in.next()).isEqualTo(Item.END_OF_ARRAY);
        assertThat(in.offset()).isEqualTo(all.length);
        assertThat(in.next()).isEqualTo(Item.END);
    }

    @Test
    void stream_thatEndsEarly_isRefused() {
        byte[] some = {(byte) 0x82, 1};
        CborIn in = new CborIn(new ByteArrayInputStream(some), some.length + 1);

        assertThatThrownBy(in::next)
                .isInstanceOf(IOException.class)
                .hasMessage("the bytes must go on for 3, got their end");
    }

    @Test
    void out_overItsLimit_refusesAndCanTakeBack() {
        CborOut out = new CborOut(1000);
        out.bytes(new byte[900]);
        int kept = out.size();

        assertThatThrownBy(() -> out.bytes(new byte[2000])).isInstanceOf(CannotTravelException.class);
        out.truncate(kept);

        assertThat(out.toByteArray()).hasSize(903).startsWith(0x59, 0x03, 0x84);
    }

    private static CborIn first(byte[] bytes) {
        CborIn in = new CborIn(bytes, 0, bytes.length);
        try {
            in.next();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return in;
    }
}
