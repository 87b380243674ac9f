package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.clusterpool.wire.BlobRef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlobFilesTest {
    private final BlobFiles files = new BlobFiles();

    private BlobPort.InFile write(byte[] bytes) {
        BlobPort.InFile file = files.write(BlobRef.of(bytes, 0, bytes.length), bytes, 0);
        assumeThat(file).isNotNull();
        return file;
    }

    @Test
    void giveBack_oneOfTwo_leavesTheFileToTheOther() {
        byte[] bytes = BlobsTest.bytes(3_000_000);
        byte[] before = bytes.clone();
        BlobRef ref = BlobRef.of(bytes, 0, bytes.length);
        files.offer(ref);
        files.offer(ref);
        write(bytes);
        bytes[0]++; // a second writing would show it

        files.giveBack(ref);

        assertThat(ReadBlob.of(write(bytes))).isEqualTo(before);
        files.giveBack(ref);
    }

    @Test
    void giveBack_theLast_closesTheFile() {
        byte[] bytes = BlobsTest.bytes(3_000_000);
        BlobRef ref = BlobRef.of(bytes, 0, bytes.length);
        files.offer(ref);
        BlobPort.InFile file = write(bytes);

        files.giveBack(ref);

        assertThat(files.write(ref, bytes, 0)).isNull();
        assertThat(ReadBlob.isThere(file)).isFalse();
    }

    @Test
    void write_manyAtATime_eachIsFoundByItsOwnDescriptor() {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] each = BlobsTest.bytes(1_100_000 + i);
            BlobRef ref = BlobRef.of(each, 0, each.length);
            files.offer(ref);
            write(each);
            if (i % 3 == 2) { // so that numbers become free
                files.giveBack(ref);
            } else {
                all.add(each);
            }
        }

        for (byte[] each : all) {
            assertThat(ReadBlob.of(write(each))).isEqualTo(each);
            files.giveBack(BlobRef.of(each, 0, each.length));
        }
    }
}
