package io.github.clusterpool.net;

import java.io.IOException;

/** The other side of a connection is not one to talk to; the message says why. */
final class RefusedException extends IOException {
    RefusedException(String reason) {
        super(reason);
    }
}
