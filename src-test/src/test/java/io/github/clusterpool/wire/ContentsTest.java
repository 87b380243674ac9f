package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentsTest {
    record Pair(int a, int b) {}

    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    private static Contents of(byte[] encoded) {
        BlobRef ref = BlobRef.of(encoded, 0, encoded.length);
        Blob blob = Blob.inMemory(ref);
        blob.add(0, encoded, 0, encoded.length);
        return new Contents(Map.of(ref, blob));
    }

    private static byte[] reference(byte[] encoded) {
        return BlobRef.of(encoded, 0, encoded.length).toBytes();
    }

    @Test
    void decodeWhenUsed_blob_isDecodedOnce() {
        byte[] encoded = CODEC.encode(List.of(new double[] {1, 2}, "three"));

        LateValue value = of(encoded).decodeWhenUsed(CODEC, reference(encoded));

        assertThat((List<?>) value.get()).last().isEqualTo("three");
        assertThat(value.get()).isSameAs(value.get());
    }

    @Test
    void decodeWhenUsed_blobOfTheJdksClasses_isNotDecodedBefore() {
        byte[] cut = Arrays.copyOf(CODEC.encode(new int[100]), 100);

        LateValue value = of(cut).decodeWhenUsed(CODEC, reference(cut));

        assertThatThrownBy(value::get).isInstanceOf(MalformedValueException.class);
    }

    @Test
    void decodeWhenUsed_blobWithARecord_isDecodedAtOnce() {
        byte[] encoded = CODEC.encode(List.of(new Pair(1, 2), new int[100]));
        byte[] cut = Arrays.copyOf(encoded, encoded.length - 1);

        Contents contents = of(cut);

        assertThatThrownBy(() -> contents.decodeWhenUsed(CODEC, reference(cut)))
                .isInstanceOf(MalformedValueException.class);
    }

    @Test
    void decodeWhenUsed_blobOfAnUnknownClass_isRefusedAtOnce() throws Exception {
        byte[] encoded = CODEC.encode(List.of(new Pair(1, 2)));
        Contents contents = of(encoded);

        try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
            ValueCodec codec = CODEC.withLoader(empty);
            assertThatThrownBy(() -> contents.decodeWhenUsed(codec, reference(encoded)))
                    .isInstanceOf(UnknownClassException.class);
        }
    }

    @Test
    void decodeWhenUsed_noBlob_isDecodedAtOnce() {
        byte[] encoded = CODEC.encode("text");

        LateValue value = Contents.WHOLE.decodeWhenUsed(CODEC, encoded);

        assertThat(value.get()).isEqualTo("text").isSameAs(value.get());
    }

    // ---- who holds what

    private final BlobStore store = new BlobStore(0, 10_000_000); // all in files

    private Blob inFile(byte[] encoded) {
        Blob blob = store.begin(BlobRef.of(encoded, 0, encoded.length));
        blob.add(0, encoded, 0, encoded.length);
        return blob;
    }

    /** The message and the store have let the blob go. */
    private static LateValue heldByItAlone(Blob blob, byte[] encoded) {
        try (Contents contents = new Contents(Map.of(blob.ref(), blob))) {
            return contents.decodeWhenUsed(CODEC, reference(encoded));
        } finally {
            blob.release();
        }
    }

    private static boolean isOpen(Blob blob) {
        try {
            blob.part(0, 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void decodeWhenUsed_blobLetGoByAllOthers_isHeldUntilItIsDecoded() {
        byte[] encoded = CODEC.encode(new int[] {1, 2, 3});
        Blob blob = inFile(encoded);
        LateValue value = heldByItAlone(blob, encoded);

        assertThat(isOpen(blob)).isTrue();
        assertThat((int[]) value.get()).containsExactly(1, 2, 3);
        assertThat(isOpen(blob)).isFalse();
        assertThat((int[]) value.get()).containsExactly(1, 2, 3);
        value.close();
        assertThat((int[]) value.get()).containsExactly(1, 2, 3);
    }

    @Test
    void close_valueThatNobodyAskedFor_letsItsBlobGo() {
        byte[] encoded = CODEC.encode(new int[] {1, 2, 3});
        Blob blob = inFile(encoded);
        LateValue value = heldByItAlone(blob, encoded);

        value.close();
        value.close();

        assertThat(isOpen(blob)).isFalse();
        assertThatThrownBy(value::get).isInstanceOf(IllegalStateException.class).hasMessageContaining("given up");
    }

    @Test
    void another_severalUsers_holdsTheBlobsUntilTheLastIsThrough() {
        byte[] encoded = CODEC.encode(new int[] {1, 2, 3});
        Blob blob = inFile(encoded);
        Contents first = new Contents(Map.of(blob.ref(), blob));
        Contents second = first.another();
        blob.release();

        first.close();
        assertThat(second.decode(CODEC, reference(encoded))).isEqualTo(new int[] {1, 2, 3});
        second.close();

        assertThat(isOpen(blob)).isFalse();
    }
}
