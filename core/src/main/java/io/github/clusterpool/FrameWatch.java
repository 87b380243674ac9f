package io.github.clusterpool;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * Looks at the frames that one connection of Artery brings, between TLS and Pekko, where it is known by its certificate who is
 * at the other end. A message of the pool says what kind it is in the first character of its manifest; the others are ours
 * to write: the {@link Seal}, or that such a sender may not say it. Pekko itself does not tell an actor by whose connection a
 * message came.
 *
 * <p>A connection is five bytes and then frames: four bytes of length, a fixed header, and words of varying length to which
 * the header points. All of it is little-endian.
 */
final class FrameWatch {
    static final int SEAL_BYTES = 16;

    /** What is written on messages of that kind from whoever is at the other end. */
    interface Rule {
        byte[] sealFor(byte kind);
    }

    private static final int PREAMBLE = 5;
    private static final int HEADER = 28;
    private static final int SERIALIZER_AT = 12;
    private static final int MANIFEST_AT = 24;
    private static final int COMPRESSED = 0xFF00_0000;
    private static final int OFFSET = 0xFFFF;
    private static final int MANIFEST_BYTES = 1 + SEAL_BYTES;

    private final Rule rule;
    private final byte[] header = new byte[HEADER];
    private int preamble;
    private int lengthBytes;
    private int length;

    /** Of the frame: how many bytes were seen, and where the manifest begins, which has its length before it. */
    private int seen;

    private int manifestAt;
    private int manifestBytes;
    private byte[] seal = {};

    FrameWatch(Rule rule) {
        this.rule = rule;
    }

    /**
     * Goes on with the bytes of a buffer between two positions, and writes into them.
     *
     * @throws SSLException if a message of ours is not as ours are: nothing of that connection is to be believed
     */
    void read(ByteBuffer buffer, int from, int to) throws SSLException {
        int at = from;
        while (at < to) {
            if (preamble < PREAMBLE) {
                preamble++;
                at++;
            } else if (lengthBytes < Integer.BYTES) {
                length |= (buffer.get(at++) & 0xFF) << (Byte.SIZE * lengthBytes++);
                endFrameIfWhole();
            } else {
                at += inFrame(buffer, at, to - at);
                endFrameIfWhole();
            }
        }
    }

    private void endFrameIfWhole() throws SSLException {
        if (lengthBytes == Integer.BYTES && length < 0) {
            throw new SSLException("a frame's length must not be negative, got " + length);
        }
        if (lengthBytes == Integer.BYTES && seen >= length) {
            lengthBytes = 0;
            length = 0;
            seen = 0;
            manifestAt = 0;
        }
    }

    /** Returns how many bytes it has taken. */
    private int inFrame(ByteBuffer buffer, int at, int there) throws SSLException {
        int rest = Math.min(there, length - seen);
        if (seen < HEADER) {
            int some = Math.min(rest, HEADER - seen);
            for (int i = 0; i < some; i++) {
                header[seen++] = buffer.get(at + i);
            }
            if (seen == HEADER) {
                manifestAt = findManifest();
            }
            return some;
        }
        if (manifestAt == 0 || seen >= manifestAt + Short.BYTES + MANIFEST_BYTES) {
            seen += rest;
            return rest;
        }
        if (seen < manifestAt) {
            int some = Math.min(rest, manifestAt - seen);
            seen += some;
            return some;
        }
        manifest(buffer, at);
        seen++;
        return 1;
    }

    /** Where the manifest of a message of ours stands; 0 for others. */
    private int findManifest() throws SSLException {
        if (intAt(SERIALIZER_AT) != PoolSerializer.IDENTIFIER) {
            return 0;
        }
        int tag = intAt(MANIFEST_AT);
        int offset = tag & OFFSET;
        if ((tag & COMPRESSED) != 0 || offset < HEADER || offset + Short.BYTES + MANIFEST_BYTES > length) {
            throw new SSLException("a message of a pool must say what kind it is");
        }
        return offset;
    }

    private int intAt(int offset) {
        return (header[offset] & 0xFF)
                | ((header[offset + 1] & 0xFF) << 8)
                | ((header[offset + 2] & 0xFF) << 16)
                | ((header[offset + 3] & 0xFF) << 24);
    }

    private void manifest(ByteBuffer buffer, int at) throws SSLException {
        int position = seen - manifestAt;
        if (position == 0) {
            manifestBytes = buffer.get(at) & 0xFF;
        } else if (position == 1) {
            manifestBytes |= (buffer.get(at) & 0xFF) << Byte.SIZE;
            if (manifestBytes != MANIFEST_BYTES) {
                throw new SSLException("a message of a pool must say what kind it is");
            }
        } else if (position == 2) {
            seal = rule.sealFor(buffer.get(at));
        } else {
            buffer.put(at, seal[position - 3]);
        }
    }
}
