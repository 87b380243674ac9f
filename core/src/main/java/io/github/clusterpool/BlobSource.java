package io.github.clusterpool;

import io.github.clusterpool.wire.BlobRef;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a blob are that is offered. */
sealed interface BlobSource permits BlobSource.Memory, KeptFiles.Kept {
    /** Where others find all of it, in {@code files} if it is in none yet; null if they cannot. */
    BlobPort.@Nullable InFile inFile(BlobRef ref, BlobFiles files);

    /**
     * A part of it.
     *
     * @throws IOException if it cannot be read
     */
    BlobPort.Piece piece(BlobRef ref, int at, int length) throws IOException;

    /** In an array, from there on. */
    record Memory(byte[] array, int from) implements BlobSource {
        @Override
        public BlobPort.@Nullable InFile inFile(BlobRef ref, BlobFiles files) {
            return files.write(ref, array, from);
        }

        @Override
        public BlobPort.Piece piece(BlobRef ref, int at, int length) {
            return new BlobPort.Piece(ref, at, array, from + at, length);
        }
    }
}
