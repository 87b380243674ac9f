package io.github.clusterpool.trust;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Bytes as one word that a person can paste, with a prefix and a checksum: what was cut or mistyped is told apart from what
 * was made up.
 */
final class CheckedText {
    private static final int SUM_BYTES = 4;

    private CheckedText() {}

    static String write(String prefix, byte[] bytes) {
        byte[] summed = Arrays.copyOf(bytes, bytes.length + SUM_BYTES);
        ByteBuffer.wrap(summed).putInt(bytes.length, sum(prefix, bytes));
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(summed);
    }

    static byte[] read(String what, String prefix, String text, int maxBytes) throws TrustException {
        String word = text.strip();
        if (!word.startsWith(prefix)) {
            throw new TrustException(Refusal.MALFORMED, what + " must begin with " + prefix + "; copy all of it");
        }
        if (word.length() > prefix.length() + maxBytes / 3 * 4 + 8) {
            throw new TrustException(Refusal.MALFORMED, what + " must be at most " + maxBytes + " bytes, got more");
        }
        byte[] summed = decode(what, word.substring(prefix.length()));
        if (summed.length < SUM_BYTES) {
            throw damaged(what);
        }
        byte[] bytes = Arrays.copyOf(summed, summed.length - SUM_BYTES);
        if (sum(prefix, bytes) != ByteBuffer.wrap(summed).getInt(bytes.length)) {
            throw damaged(what);
        }
        return bytes;
    }

    private static byte[] decode(String what, String base64) throws TrustException {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw damaged(what); // without its cause, which may show a part of a secret
        }
    }

    private static TrustException damaged(String what) {
        return new TrustException(
                Refusal.DAMAGED, what + " must be whole, got a part or a changed text; copy all of it again");
    }

    /** Of the prefix too: no part of it, and not nothing, has the sum of zeros. */
    private static int sum(String prefix, byte[] bytes) {
        return ByteBuffer.wrap(Keys.sha256(prefix.getBytes(StandardCharsets.US_ASCII), bytes))
                .getInt();
    }
}
