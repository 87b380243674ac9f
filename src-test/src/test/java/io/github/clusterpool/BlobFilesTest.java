package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.BlobRef;
import io.github.clusterpool.wire.BlobStore;
import io.github.clusterpool.wire.OpenFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.util.ArrayList;
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

    @Test
    void offer_preparedBefore_isTheFileThatWasWrittenThen() throws IOException {
        files.prepare(bytes);
        bytes[0]++; // a second writing would show it

        files.offer(ref(), bytes);

        assertThat(ref()).isEqualTo(BlobRef.of(before, 0, SIZE));
        assertThat(content(file())).isEqualTo(before);
    }

    @Test
    void giveBack_oneOfTwo_leavesTheFileToTheOther() throws IOException {
        files.offer(ref(), bytes);
        files.offer(ref(), bytes);
        file();
        bytes[0]++;

        files.giveBack(ref());

        assertThat(content(file())).isEqualTo(before);
    }

    @Test
    void giveBack_theLast_closesTheFile() {
        files.prepare(bytes);
        files.offer(ref(), bytes);
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
            files.offer(ref, each);
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
    void prepare_everyThreadOfTheCommonPoolIsBusy_endsAllTheSame() {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().submit(() -> {
                end.await();
                return null;
            });
        }
        try {
            files.prepare(bytes);
        } finally {
            end.countDown();
        }

        files.offer(ref(), bytes);
        assertThat(file().ref()).isEqualTo(ref());
    }
}
