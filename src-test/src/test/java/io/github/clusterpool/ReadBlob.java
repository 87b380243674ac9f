package io.github.clusterpool;

import io.github.clusterpool.wire.Blob;
import io.github.clusterpool.wire.OpenFile;
import io.github.clusterpool.wire.SharedFile;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Does what a worker JVM does with the file that it is told of. */
final class ReadBlob {
    private ReadBlob() {}

    static byte[] of(BlobPort.InFile in) {
        try {
            OpenFile file = SharedFile.open(in.process(), in.descriptor(), in.ref());
            Blob blob = Blob.inMemory(in.ref());
            blob.read(file, in.ref().size());
            file.close();
            return blob.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isThere(BlobPort.InFile in) {
        try {
            SharedFile.open(in.process(), in.descriptor(), in.ref()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
