package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MalformedValueTest {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());
    private static final String HERE = MalformedValueTest.class.getName();

    record Positive(int value) {
        Positive {
            if (value < 0) {
                throw new IllegalArgumentException("value must be positive, got " + value);
            }
        }
    }

    record Endless(int value) {
        Endless {
            if (value != 0) {
                value = new Endless(value).value();
            }
        }
    }

    private static boolean beanInitialised;

    static class Bean {
        static {
            beanInitialised = true;
        }
    }

    enum Colour {
        RED
    }

    @FunctionalInterface
    interface Body {
        void write(CBORGenerator out) throws IOException;
    }

    @Test
    void decode_ofOtherShape_namesBoth() {
        byte[] bytes = cbor(out -> type(out, "r", HERE + "$Positive", "value", "unit"));

        assertThatThrownBy(() -> CODEC.decoder(bytes))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("record " + HERE
                        + "$Positive must have the same components on both sides, got [value, unit] where this"
                        + " side has [value]; run the same build on both");
    }

    @Test
    void decode_constructorThrows_namesRecordAndException() {
        byte[] bytes = CODEC.encode(new Positive(1));
        bytes[bytes.length - 1] = 0x20;

        assertThatThrownBy(() -> CODEC.decode(bytes))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("a " + HERE
                        + "$Positive cannot be made of what was sent: java.lang.IllegalArgumentException: value must"
                        + " be positive, got -1");
    }

    @Test
    void decode_wrongComponentType_isMalformed() {
        byte[] bytes = CODEC.encode(new Positive(1));
        bytes[bytes.length - 1] = (byte) 0xF6;
        assertMalformed(bytes.clone());

        bytes[bytes.length - 1] = 0x60;
        assertMalformed(bytes);
    }

    @Test
    void decoder_unknownClass_namesIt() {
        byte[] bytes = cbor(out -> type(out, "r", "demo.Missing"));

        var error = catchThrowableOfType(UnknownClassException.class, () -> CODEC.decoder(bytes));

        assertThat(error.className()).isEqualTo("demo.Missing");
    }

    @Test
    void decoder_unknownClassOfLoader_isFoundByWithLoader() throws Exception {
        byte[] bytes = CODEC.encode(Colour.RED);
        try (var empty = new URLClassLoader(new URL[0], null)) {
            assertThatThrownBy(() -> CODEC.withLoader(empty).decode(bytes)).isInstanceOf(UnknownClassException.class);
        }
        assertThat(CODEC.withLoader(getClass().getClassLoader()).decode(bytes)).isEqualTo(Colour.RED);
    }

    @Test
    void decoder_forbiddenClasses_areNeitherMadeNorInitialised() {
        for (String kind : List.of("r", "e")) {
            assertMalformedTypes(kind, HERE + "$Bean");
            assertMalformedTypes(kind, "java.lang.ProcessBuilder");
            assertMalformedTypes(kind, "[L" + HERE + "$Positive;");
            assertMalformedTypes(kind, "org.apache.pekko.actor.typed.PostStop");
        }
        assertMalformedTypes("a", "[Lorg.apache.pekko.actor.typed.PostStop;");
        assertMalformedTypes("a", "[I");
        assertMalformedTypes("a", "java.lang.String");
        assertMalformedTypes("a", "[");
        assertMalformedTypes("x", "unknown");
        assertMalformedTypes("?", "java.lang.String");
        assertThat(beanInitialised).isFalse();
    }

    @Test
    void decoder_otherConstants_isMalformed() {
        assertMalformedTypes("e", HERE + "$Colour", "BLUE");
    }

    @Test
    void decode_declaredLengthsBeyondTheInput_doNotAllocate() {
        long before = allocated();
        for (String hex : List.of(
                "809A7FFFFFFF",
                "809B00000000FFFFFFFF",
                "805A7FFFFFFF",
                "807A7FFFFFFF",
                "809B7FFFFFFFFFFFFFFF",
                "9A7FFFFFFF",
                "80D81C5A7FFFFFFF",
                "80C99A7FFFFFFE0606",
                "80D59A7FFFFFFF",
                "80D55A7FFFFFF0")) {
            assertMalformed(HexFormat.of().parseHex(hex));
        }
        assertThat(allocated() - before).isLessThan(50_000_000);
    }

    @Test
    void decode_nestedTooDeeply_isMalformed() {
        byte[] bytes = new byte[100_000];
        for (int i = 1; i + 1 < bytes.length; i += 2) {
            bytes[i] = (byte) 0x82;
            bytes[i + 1] = Builtins.PLAIN;
        }
        bytes[0] = (byte) 0x80;

        assertThatThrownBy(() -> CODEC.decode(bytes))
                .isInstanceOf(MalformedValueException.class)
                .hasMessage("values must be nested at most 256 levels (maxDepth)");
    }

    @Test
    void decode_moreOrFewerThanCount_isMalformed() {
        Slices slices = CODEC.encodeAll(List.of(1, 2, 3));
        Decoder decoder = CODEC.decoder(slices.types());

        assertThatThrownBy(() -> decoder.decode(slices.bytes(), 2)).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(() -> decoder.decode(slices.bytes(), 4)).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(() -> decoder.decode(slices.bytes(), -1)).isInstanceOf(MalformedValueException.class);
        assertThatThrownBy(() -> CODEC.decode(new byte[0])).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void decode_truncatedAnywhere_isMalformed() {
        byte[] bytes = CODEC.encode(new ArrayList<>(List.of(new Positive(1), List.of("text", 5L, 2.5), Colour.RED)));

        for (int length = 0; length < bytes.length; length++) {
            assertMalformed(Arrays.copyOf(bytes, length));
        }
    }

    @Test
    void decode_constructorOverflowsTheStack_isMalformed() {
        byte[] bytes = CODEC.encode(new Endless(0));
        bytes[bytes.length - 1] = 1;

        assertMalformed(bytes);
    }

    @Test
    void decode_equalKeys_isMalformed() {
        assertMalformed(HexFormat.of().parseHex("80D183060101"));
        assertMalformed(HexFormat.of().parseHex("80C98606060101" + "0102"));
    }

    private static void assertMalformed(byte[] bytes) {
        assertThatThrownBy(() -> CODEC.decode(bytes)).isInstanceOf(MalformedValueException.class);
    }

    private static void assertMalformedTypes(String kind, String... name) {
        byte[] bytes = cbor(out -> {
            out.writeStartArray(null, 2);
            out.writeNumber(6);
            out.writeStartArray(null, 1 + name.length);
            out.writeString(kind);
            for (String text : name) {
                out.writeString(text);
            }
            out.writeEndArray();
            out.writeEndArray();
        });
        assertThatThrownBy(() -> CODEC.decoder(bytes))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageNotContaining("make no value");
    }

    private static void type(CBORGenerator out, String kind, String name, String... components) throws IOException {
        out.writeStartArray(null, 2);
        out.writeNumber(6);
        out.writeStartArray(null, 2 + 2 * components.length);
        out.writeString(kind);
        out.writeString(name);
        for (String component : components) {
            out.writeString(component);
            out.writeNumber(6);
        }
        out.writeEndArray();
        out.writeEndArray();
    }

    private static byte[] cbor(Body body) {
        var bytes = new ByteArrayOutputStream();
        try (CBORGenerator out = new CBORFactory().createGenerator(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static long allocated() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
