package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoreTest {
    private final BlobStore store = new BlobStore(1000, 5000);

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static BlobRef ref(byte[] bytes) {
        return BlobRef.of(bytes, 0, bytes.length);
    }

    private Blob put(byte[] bytes) {
        Blob blob = store.begin(ref(bytes));
        blob.add(0, bytes, 0, bytes.length);
        return blob;
    }

    @Test
    void ref_equalBytes_isEqualAndReadsBack() {
        BlobRef ref = BlobRef.of(new byte[] {9, 1, 2, 3, 9}, 1, 3);

        assertThat(ref).isEqualTo(ref(new byte[] {1, 2, 3}));
        assertThat(ref.sha256()).isEqualTo("19c6197e2140b9d034fb20b9ac7bb753a41233caf1e1dafda7316a99cef41416");
        assertThat(BlobRef.isRef(ref.toBytes())).isTrue();
        assertThat(BlobRef.read(ref.toBytes())).isEqualTo(ref);
        assertThat(BlobRef.isRef(new byte[BlobRef.BYTES])).isFalse();
        byte[] negative = ref.toBytes();
        negative[BlobRef.BYTES - Integer.BYTES] = -1;
        assertThat(BlobRef.isRef(negative)).isFalse();
        assertThat(BlobRef.bytes(negative)).isEqualTo(BlobRef.BYTES);
        assertThat(BlobRef.bytes(ref.toBytes())).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_048_575, 1_048_576, 1_048_577, 5_000_000})
    void ref_anySize_isTheDigestOfThePiecesToo(int size) {
        byte[] bytes = bytes(size + 7);
        BlobRef ref = BlobRef.of(bytes, 7, size);
        Blob blob = Blob.inMemory(ref);

        for (int at = 0; at < size; at += 70_001) {
            blob.add(at, bytes, 7 + at, Math.min(70_001, size - at));
        }

        assertThat(blob.reached()).isEqualTo(size);
        assertThat(blob.array()).isEqualTo(Arrays.copyOfRange(bytes, 7, 7 + size));
    }

    @Test
    void add_piecesInOrder_areHereWithTheLast() {
        byte[] bytes = bytes(300);
        Blob blob = Blob.inMemory(ref(bytes));

        blob.add(0, bytes, 0, 100);
        blob.add(200, bytes, 200, 100); // too early
        blob.add(0, bytes, 0, 100); // once more
        assertThat(blob.reached()).isEqualTo(100);
        assertThat(blob.isSettled()).isFalse();
        blob.add(100, bytes, 100, 200);

        assertThat(blob.isSettled()).isTrue();
        assertThat(blob.array()).isEqualTo(bytes);
    }

    @Test
    void add_otherBytes_beginsAgainAndGivesUpInTheEnd() {
        byte[] bytes = bytes(10);
        byte[] others = new byte[10];
        Blob blob = Blob.inMemory(ref(bytes));

        blob.add(0, others, 0, 10);
        assertThat(blob.isSettled()).isFalse();
        assertThat(blob.reached()).isZero();
        blob.add(0, others, 0, 10);
        blob.add(0, others, 0, 10);

        assertThat(blob.broken()).matches("blob [0-9a-f]{12} \\(10 bytes\\) came with another digest 3 times");
        assertThatThrownBy(blob::open).hasMessage(blob.broken());
    }

    @Test
    void add_morePiecesThanItHas_areNotTaken() {
        byte[] bytes = bytes(10);
        Blob blob = Blob.inMemory(ref(bytes));

        blob.add(0, new byte[20], 0, 20);

        assertThat(blob.reached()).isZero();
    }

    @Test
    void begin_large_isInAFileWithoutAName() throws IOException {
        byte[] bytes = bytes(3000);

        Blob blob = put(bytes);

        assertThat(store.memoryBytes()).isZero();
        assertThat(store.fileBytes()).isEqualTo(3000);
        assertThat(blob.open().readAllBytes()).isEqualTo(bytes);
        assertThat(blob.open().readAllBytes()).isEqualTo(bytes);
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("clusterpool-blob-")))
                    .isEmpty();
        }
    }

    @Test
    void begin_noRoomInMemory_dropsWhatWasWantedLeastRecently() {
        byte[] first = bytes(400);
        byte[] second = bytes(401);
        Blob held = put(first);
        put(second);
        store.find(ref(first));

        put(bytes(402));

        assertThat(store.find(ref(first))).isSameAs(held);
        assertThat(store.find(ref(second))).isNull();
        assertThat(store.memoryBytes()).isEqualTo(802);
    }

    @Test
    void begin_noRoomInFiles_dropsOneThatItsHolderCanReadUntilItLetsGo() throws IOException {
        byte[] first = bytes(3000);
        Blob held = put(first).retain();

        put(bytes(3001));

        assertThat(store.find(ref(first))).isNull();
        assertThat(store.fileBytes()).isEqualTo(3001);
        assertThat(held.open().readAllBytes()).isEqualTo(first);
        assertThat(held.release()).isTrue();
        assertThatThrownBy(() -> held.open().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void begin_noRoomInFiles_givesTheFileOfOneBackThatNobodyHolds() {
        Blob first = put(bytes(3000));

        put(bytes(3001));

        assertThatThrownBy(() -> first.part(0, 100)).isInstanceOf(IOException.class);
    }

    @Test
    void begin_moreThanOneMayTakeInMemory_isInAFile() {
        BlobStore smallOnly = new BlobStore(1000, 99, 5000);

        assertThat(smallOnly.begin(ref(bytes(99))).isInMemory()).isTrue();
        assertThat(smallOnly.begin(ref(bytes(100))).isInMemory()).isFalse();
    }

    @Test
    void begin_noRoom_keepsWhatIsOnItsWay() {
        Blob coming = store.begin(ref(bytes(500)));

        put(bytes(499));
        put(bytes(498));

        assertThat(store.find(coming.ref())).isSameAs(coming);
    }

    @Test
    void find_broken_isNone() {
        Blob blob = store.begin(ref(bytes(100)));

        blob.breakOff("is not there any more");

        assertThat(store.find(blob.ref())).isNull();
    }

    @Test
    void close_any_forgetsAllAndClosesFiles() {
        Blob blob = put(bytes(3000));

        store.close();

        assertThat(store.size()).isZero();
        assertThatThrownBy(() -> blob.open().readAllBytes()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> blob.part(0, 100)).isInstanceOf(IOException.class);
    }

    @Test
    void begin_manyFilesEvicted_freesThoseWhoseHoldersHaveForgottenThem() {
        WeakReference<Blob> first = new WeakReference<>(put(bytes(3000)).retain());

        put(bytes(3001)).retain();
        put(bytes(3002));

        assertThat(first.get()).isNull();
    }
}
