package io.github.clusterpool.trust;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was let in, who was not, and what was done with the cluster's keys: lines of JSON in a file that only grows. Each has
 * its number and a hash of itself and of all before it, so that what is altered, removed or put in is found.
 *
 * <p>Several processes may write one file. Thread-safe.
 */
public final class AuditLog implements Closeable {
    /**
     * What {@link #verify} has found.
     *
     * @param lines how many are as they were written, from the first on
     * @param head the hash of the last of those: whoever keeps it elsewhere sees later whether the end was cut off
     * @param fault what is wrong with the next one; null if all are right
     */
    public record Verdict(long lines, String head, @Nullable String fault) {}

    /** What has happened lately of one kind. */
    private static final class Pace {
        private long writtenAt = Long.MIN_VALUE;
        private long leftOut;
    }

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final String NOTHING_BEFORE = "0".repeat(64);
    private static final long PAUSE_MILLIS = 1000;
    private static final Pattern LINE = Pattern.compile("(\\{\"n\":([0-9]{1,18}),.*),\"hash\":\"([0-9a-f]{64})\"}");

    private final Path file;
    private final Clock clock;
    private final SharedLines lines;
    private final Map<Refusal, Pace> paces = new EnumMap<>(Refusal.class);
    private long count;
    private String head = NOTHING_BEFORE;

    private AuditLog(Path file, Clock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        this.lines = SharedLines.open(file, this::read, 2L * SharedLines.MAX_LINE_BYTES);
    }

    /**
     * Continues the log that is in the file, or begins one with permissions 0600.
     *
     * @throws TrustException if others may read the file, or its last line is none of a log
     */
    public static AuditLog open(Path file, Clock clock) throws IOException {
        return new AuditLog(file, clock);
    }

    private void read(String line) throws TrustException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new TrustException(
                    Refusal.MALFORMED,
                    file + " must end with lines of an audit log, got '" + Shown.text(line)
                            + "'; see what `verify` says of it, keep it, and begin another");
        }
        count = Long.parseLong(parts.group(2));
        head = parts.group(3);
    }

    /**
     * Adds a line; it is on the disk when this returns.
     *
     * @param what happened, such as {@code ticket-issued}
     * @param who did it, or asked for it
     * @param outcome {@code done} or {@code refused}
     * @param detail must hold no secret; is cut at 200 characters, like the others
     */
    public void write(String what, String who, String outcome, String detail) throws IOException {
        write(what, who, outcome, detail, 0);
    }

    private void write(String what, String who, String outcome, String detail, long leftOut) throws IOException {
        lines.exclusively(() -> {
            String body = "{\"n\":" + (count + 1)
                    + field(
                            "time",
                            clock.instant().truncatedTo(ChronoUnit.MILLIS).toString())
                    + field("what", what)
                    + field("who", who)
                    + field("outcome", outcome)
                    + field("detail", detail)
                    + (leftOut > 0 ? ",\"leftOut\":" + leftOut : "");
            String hash = hash(head, body);
            lines.append(body + ",\"hash\":\"" + hash + "\"}");
            count++;
            head = hash;
            return hash;
        });
    }

    private static String field(String name, String value) {
        return ",\"" + name + "\":\"" + Shown.text(value).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String hash(String previous, String body) {
        return HexFormat.of().formatHex(Keys.sha256((previous + '\n' + body).getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Adds a line on somebody who was not let in, at most one a second of each kind; the next of that kind, or the end, tells
     * how many were left out. Never fails: a stranger must not stop us by a full disk; that goes to the program's log.
     */
    public synchronized void refused(Refusal kind, String who, String detail) {
        Pace pace = paces.computeIfAbsent(kind, k -> new Pace());
        long now = clock.millis();
        // a clock that is put back must not silence the log
        if (pace.writtenAt != Long.MIN_VALUE && Math.abs(now - pace.writtenAt) < PAUSE_MILLIS) {
            pace.leftOut++;
            return;
        }
        pace.writtenAt = now;
        writeRefused(kind, pace, who, detail);
    }

    private void writeRefused(Refusal kind, Pace pace, String who, String detail) {
        try {
            write(kind.word(), who, "refused", detail, pace.leftOut);
            pace.leftOut = 0;
        } catch (IOException e) {
            pace.leftOut++;
            LOG.warn("{} must take a line ({}, {}), got {}", file, kind.word(), Shown.text(who), Shown.text(e));
        }
    }

    /** Tells what was left out so far. */
    @Override
    public synchronized void close() throws IOException {
        paces.forEach((kind, pace) -> {
            if (pace.leftOut > 0) {
                writeRefused(kind, pace, "various", "since the last line of this kind");
            }
        });
        lines.close();
    }

    /** Reads a log from its first line, also while others write it, and finds the first line that is not as it was written. */
    public static Verdict verify(Path file) throws IOException {
        return SharedLines.alone(() -> {
            try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                return verify(in);
            }
        });
    }

    private static Verdict verify(BufferedReader in) throws IOException {
        String head = NOTHING_BEFORE;
        long good = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Matcher parts = LINE.matcher(line);
            String fault = fault(good + 1, parts, head);
            if (fault != null) {
                return new Verdict(good, head, fault);
            }
            head = parts.group(3);
            good++;
        }
        return new Verdict(good, head, null);
    }

    private static @Nullable String fault(long expected, Matcher parts, String head) {
        if (!parts.matches()) {
            return "line " + expected + " was altered: it is not an entry";
        }
        long number = Long.parseLong(parts.group(2));
        if (number > expected) {
            return "line " + expected + " was removed: entry " + number + " stands in its place";
        }
        if (number < expected) {
            return "line " + expected + " was inserted: entry " + number + " stands there once more";
        }
        return hash(head, parts.group(1)).equals(parts.group(3))
                ? null
                : "line " + expected + " was altered: its hash does not fit to it and the lines before";
    }
}
