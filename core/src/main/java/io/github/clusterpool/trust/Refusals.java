package io.github.clusterpool.trust;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What the JDK's errors of a handshake mean. */
final class Refusals {
    private Refusals() {}

    static Refusal of(IOException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof TrustException trust) {
                return trust.refusal();
            }
            if (cause instanceof TrustRules.NotAMember rules) {
                return rules.refusal;
            }
        }
        if (gone(error)) {
            return Refusal.GONE;
        }
        return error instanceof SSLException ? ofTls(error.getMessage()) : Refusal.GONE;
    }

    private static boolean gone(@Nullable Throwable error) {
        return error instanceof EOFException
                || error instanceof SocketException
                || (error != null && gone(error.getCause()));
    }

    private static Refusal ofTls(@Nullable String message) {
        String text = message == null ? "" : message;
        if (text.contains("Received fatal alert")) {
            return Refusal.REFUSED_BY_PEER;
        }
        if (text.contains("certificate chain")) {
            return Refusal.NO_CERTIFICATE;
        }
        return text.contains("closing inbound before") || text.contains("closed") ? Refusal.GONE : Refusal.NOT_TLS;
    }
}
