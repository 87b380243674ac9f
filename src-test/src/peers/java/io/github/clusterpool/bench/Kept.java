package io.github.clusterpool.bench;

import java.io.Serializable;
import java.util.concurrent.Callable;

/** Leaves bytes with who runs it. */
final class Kept implements Callable<Integer>, Serializable {
    static volatile byte[] last = new byte[0];
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Kept(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public Integer call() {
        last = bytes;
        return bytes.length;
    }
}
