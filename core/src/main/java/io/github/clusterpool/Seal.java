package io.github.clusterpool;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.apache.pekko.actor.setup.Setup;

/**
 * What one ActorSystem writes on messages of the pool whose sender may say them. Nobody else knows it: a message that another one
 * of Pekko's holds, where {@link FrameWatch} does not see it, does not have it.
 */
final class Seal extends Setup {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char FIRST = '0';
    private static final int CHARS = 64;

    /** In place of a seal, from its sender, or where nobody looks. */
    static final String NONE = "?".repeat(FrameWatch.SEAL_BYTES);

    private static final byte[] REFUSED = "!".repeat(FrameWatch.SEAL_BYTES).getBytes(StandardCharsets.US_ASCII);

    private final AuditLog audit;
    private final byte[] bytes = new byte[FrameWatch.SEAL_BYTES];
    private final String text;

    Seal(AuditLog audit) {
        this.audit = audit;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (FIRST + RANDOM.nextInt(CHARS));
        }
        this.text = new String(bytes, StandardCharsets.US_ASCII);
    }

    byte[] bytes(boolean allowed) {
        return allowed ? bytes : REFUSED;
    }

    /** Whether that manifest has it after its first character. */
    boolean isOn(String manifest) {
        if (manifest.startsWith(text, 1)) {
            return true;
        }
        if (!manifest.startsWith(new String(REFUSED, StandardCharsets.US_ASCII), 1)) {
            audit.refused(
                    Refusal.NOT_ALLOWED,
                    "a member",
                    "hides in a message of Pekko what it may not say by itself ("
                            + Saying.name((byte) manifest.charAt(0)) + ")");
        }
        return false;
    }
}
