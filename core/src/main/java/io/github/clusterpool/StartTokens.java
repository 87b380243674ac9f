package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What tells the one that was started for a worker from whoever claims to be it; each is good for one start. Thread-safe. */
final class StartTokens {
    private static final int BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<Long, String> tokens = new ConcurrentHashMap<>();

    /** A new one for that start. */
    String issue(WorkerRef ref) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        tokens.put(ref.start(), token);
        return token;
    }

    boolean isGood(WorkerRef ref, String token) {
        String expected = tokens.get(ref.start());
        return expected != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    /** That start is over. */
    void forget(WorkerRef ref) {
        tokens.remove(ref.start());
    }
}
