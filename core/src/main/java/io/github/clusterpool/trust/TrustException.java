package io.github.clusterpool.trust;

import java.io.IOException;

/** Somebody or something was not accepted; the message says what must be done about it, and never a secret. */
public final class TrustException extends IOException {
    private final Refusal refusal;

    TrustException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    TrustException(Refusal refusal, String message, Throwable cause) {
        super(message, cause);
        this.refusal = refusal;
    }

    /** Why, in one of few words. */
    public Refusal refusal() {
        return refusal;
    }
}
