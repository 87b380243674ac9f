package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Frames as Artery writes them, in pieces of all sizes. */
class FrameWatchTest {
    private static final int OTHERS = 17;
    private static final String SEAL = "0123456789abcdef";
    private static final String REFUSED = "!".repeat(SEAL.length());

    private final List<Character> asked = new ArrayList<>();

    private FrameWatch watch() {
        return new FrameWatch(kind -> {
            asked.add((char) kind);
            return (kind == 'j' ? SEAL : REFUSED).getBytes(StandardCharsets.US_ASCII);
        });
    }

    private static byte[] connection(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("AKKA".getBytes(StandardCharsets.US_ASCII));
        all.write(1);
        for (byte[] frame : frames) {
            all.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(frame.length)
                    .array());
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** With two literals before the manifest, as for sender and recipient. */
    private static byte[] frame(int serializer, String manifest, int payload) {
        ByteBuffer frame = ByteBuffer.allocate(200 + payload).order(ByteOrder.LITTLE_ENDIAN);
        frame.position(28);
        literal(frame, "pekko://clusterpool@10.0.0.1:7355/system/somebody");
        literal(frame, "pekko://clusterpool@10.0.0.2:7355/system/somebody");
        int at = frame.position();
        literal(frame, manifest);
        frame.putInt(12, serializer).putInt(24, at);
        frame.position(frame.position() + payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    private static void literal(ByteBuffer frame, String text) {
        frame.putShort((short) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void read_messagesOfOurs_areMarkedAsTheRuleSaysWhateverTheirSenderWrote() throws SSLException {
        byte[] bytes = connection(
                frame(PoolSerializer.IDENTIFIER, "j" + Seal.NONE, 10),
                frame(PoolSerializer.IDENTIFIER, "d" + SEAL, 0),
                frame(PoolSerializer.IDENTIFIER, "j" + REFUSED, 100));

        watch().read(ByteBuffer.wrap(bytes), 0, bytes.length);

        assertThat(text(bytes))
                .contains("j" + SEAL, "d" + REFUSED)
                .doesNotContain("j" + REFUSED, "d" + SEAL, Seal.NONE);
        assertThat(asked).containsExactly('j', 'd', 'j');
    }

    @Test
    void read_messagesOfPekko_stayAsTheyAre() throws SSLException {
        byte[] bytes = connection(frame(OTHERS, "j" + Seal.NONE, 300), new byte[3], new byte[0], frame(OTHERS, "", 0));
        byte[] before = bytes.clone();

        watch().read(ByteBuffer.wrap(bytes), 0, bytes.length);

        assertThat(bytes).isEqualTo(before);
        assertThat(asked).isEmpty();
    }

    @Test
    void read_inPiecesOfAnySize_marksTheSame() throws SSLException {
        for (int seed = 0; seed < 200; seed++) {
            Random chance = new Random(seed);
            byte[][] frames = new byte[chance.nextInt(20) + 1][];
            for (int i = 0; i < frames.length; i++) {
                boolean ours = chance.nextBoolean();
                String manifest = (chance.nextBoolean() ? "j" : "d") + Seal.NONE;
                frames[i] = frame(ours ? PoolSerializer.IDENTIFIER : OTHERS, manifest, chance.nextInt(400));
            }
            byte[] whole = connection(frames);
            byte[] pieces = whole.clone();
            watch().read(ByteBuffer.wrap(whole), 0, whole.length);

            FrameWatch watch = watch();
            for (int at = 0; at < pieces.length; ) {
                int end = Math.min(pieces.length, at + chance.nextInt(60) + 1);
                watch.read(ByteBuffer.wrap(pieces), at, end);
                at = end;
            }

            assertThat(pieces).as("seed " + seed).isEqualTo(whole);
        }
    }

    @Test
    void read_messageOfOursThatHidesItsKind_endsTheConnection() {
        byte[] compressed = frame(PoolSerializer.IDENTIFIER, "j" + Seal.NONE, 10);
        compressed[27] = (byte) 0xFF;
        byte[] outside = frame(PoolSerializer.IDENTIFIER, "j" + Seal.NONE, 10);
        outside[24] = (byte) 0xF0;
        outside[25] = (byte) 0xFF;
        byte[] inHeader = frame(PoolSerializer.IDENTIFIER, "j" + Seal.NONE, 10);
        inHeader[24] = 4;

        for (byte[] frame :
                List.of(compressed, outside, inHeader, frame(PoolSerializer.IDENTIFIER, "jd" + Seal.NONE, 10))) {
            byte[] bytes = connection(frame);
            assertThatThrownBy(() -> watch().read(ByteBuffer.wrap(bytes), 0, bytes.length))
                    .isInstanceOf(SSLException.class)
                    .hasMessage("a message of a pool must say what kind it is");
        }
    }

    @Test
    void read_negativeLength_endsTheConnection() {
        byte[] bytes = connection(new byte[0]);
        bytes[8] = (byte) 0x80;

        assertThatThrownBy(() -> watch().read(ByteBuffer.wrap(bytes), 0, bytes.length))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("must not be negative");
    }
}
