package io.github.clusterpool;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a job is known by to other clients than the one that gave it: nobody can guess it, so whoever has it may ask. */
record JobId(String session, long job) {
    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-]{16,64})\\.([0-9]{1,18})");

    static String text(String session, long job) {
        return session + "." + job;
    }

    static JobId parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(ClientMessages.notAJobId(text));
        }
        return new JobId(parts.group(1), Long.parseLong(parts.group(2)));
    }
}
