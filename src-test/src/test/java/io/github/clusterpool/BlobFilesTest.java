package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import io.github.clusterpool.wire.Encoded;
import io.github.clusterpool.wire.OpenFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class BlobFilesTest {
    private static final int SIZE = 3_000_000;

    private final BlobFiles files = new BlobFiles();
    private final byte[] bytes = BlobsTest.bytes(SIZE);
    private final byte[] before = bytes.clone();

    private BlobRef ref() {
        return BlobRef.of(bytes, 0, SIZE);
    }

    private BlobPort.InFile file() {
        BlobPort.InFile file = files.file(ref(), bytes, 0);
        assumeThat(file).isNotNull();
        return file;
    }

    private static byte[] content(BlobPort.InFile in) throws IOException {
        OpenFile file = SharedFile.open(in.process(), in.descriptor(), in.ref());
        Blob blob = new BlobStore(0, SIZE).begin(in.ref());
        blob.read(file, SIZE);
        try (var all = blob.open()) {
            return all.readAllBytes();
        } finally {
            file.close();
        }
    }

    private byte[] kept() {
        byte[] room = new byte[SIZE + 10];
        System.arraycopy(bytes, 0, room, 7, SIZE);
        byte[] content = files.keep(new Encoded(room, 7, SIZE));
        assumeThat(content).isNotNull();
        Arrays.fill(room, (byte) 0); // it is used again
        return content;
    }

    private BlobPort.InFile fileOf(byte[] content) {
        return files.file(BlobRef.read(content), content, 0);
    }

    private static boolean isOpen(BlobPort.InFile in) {
        try {
            SharedFile.open(in.process(), in.descriptor(), in.ref()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void keep_bytes_isAReferenceToAFileThatHoldsThem() throws IOException {
        byte[] content = kept();

        assertThat(BlobRef.read(content)).isEqualTo(ref());
        assertThat(content(fileOf(content))).isEqualTo(bytes);
        assertThat(files.part(ref(), content, 1_000_000, 50))
                .isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 1_000_050));
    }

    @Test
    void drop_whileSomebodyHoldsIt_staysUntilThatIsOver() {
        byte[] content = kept();
        files.hold(content);

        files.drop(content);
        BlobPort.InFile file = fileOf(content);
        assertThat(isOpen(file)).isTrue();
        files.letGo(content);

        assertThat(isOpen(file)).isFalse();
        assertThat(fileOf(content)).isNull();
        assertThatThrownBy(() -> files.part(ref(), content, 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void letGo_whileItIsKept_staysUntilItIsDropped() {
        byte[] content = kept();
        files.hold(content);
        BlobPort.InFile file = fileOf(content);

        files.letGo(content);
        assertThat(isOpen(file)).isTrue();
        files.drop(content);

        assertThat(isOpen(file)).isFalse();
    }

    @Test
    void keep_sameBytesTwice_endsEachByItself() throws IOException {
        byte[] first = kept();
        byte[] second = kept();

        files.drop(first);

        assertThat(content(fileOf(second))).isEqualTo(bytes);
    }

    @Test
    void giveBack_oneOfTwo_leavesTheFileToTheOther() throws IOException {
        files.offer(ref());
        files.offer(ref());
        file();
        bytes[0]++;

        files.giveBack(ref());

        assertThat(content(file())).isEqualTo(before);
    }

    @Test
    void giveBack_theLast_closesTheFile() {
        files.offer(ref());
        BlobPort.InFile file = file();

        files.giveBack(ref());

        assertThat(files.file(ref(), bytes, 0)).isNull();
        assertThatThrownBy(() -> SharedFile.open(file.process(), file.descriptor(), ref()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void file_manyAtATime_eachIsFoundByItsOwnDescriptor() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] each = BlobsTest.bytes(1_100_000 + i);
            all.add(each);
            BlobRef ref = BlobRef.of(each, 0, each.length);
            files.offer(ref);
            assumeThat(files.file(ref, each, 0)).isNotNull();
            if (i % 3 == 2) { // so that numbers become free
                files.giveBack(ref);
                all.remove(each);
            }
        }

        for (byte[] each : all) {
            BlobRef ref = BlobRef.of(each, 0, each.length);
            assertThat(content(files.file(ref, each, 0))).isEqualTo(each);
            files.giveBack(ref);
        }
    }

    @Test
    void keep_everyThreadOfTheCommonPoolIsBusy_endsAllTheSame() {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().submit(() -> {
                end.await();
                return null;
            });
        }
        try {
            assertThat(BlobRef.read(kept())).isEqualTo(BlobRef.of(before, 0, SIZE));
        } finally {
            end.countDown();
        }
    }
}
