package io.github.clusterpool.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text that other tools read too. */
final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String PRIVATE_KEY = "PRIVATE KEY";

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z ]{1,40})-----([^-]*)-----END \\1-----");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static String block(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(bytes) + "\n-----END " + type + "-----\n";
    }

    /** The blocks of the text, which must be of these types in this order. */
    static List<byte[]> read(String what, byte[] text, String... types) throws TrustException {
        List<byte[]> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(new String(text, StandardCharsets.US_ASCII));
        while (found.find()) {
            if (blocks.size() == types.length || !found.group(1).equals(types[blocks.size()])) {
                throw wrong(what, types);
            }
            blocks.add(decode(what, found.group(2)));
        }
        if (blocks.size() != types.length) {
            throw wrong(what, types);
        }
        return blocks;
    }

    private static byte[] decode(String what, String base64) throws TrustException {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            // without its cause, which may show a part of a key
            throw new TrustException(Refusal.MALFORMED, what + " must be Base64 between its BEGIN and END");
        }
    }

    private static TrustException wrong(String what, String... types) {
        return new TrustException(
                Refusal.MALFORMED, what + " must hold in this order, in PEM: " + String.join(", ", types));
    }
}
