package io.github.clusterpool.trust;

/** Others' text in our messages and lines: short, and without what could forge a line. */
final class Shown {
    private static final int MAX_LENGTH = 200;

    private Shown() {}

    static String text(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.length() > MAX_LENGTH ? shown.append("...").toString() : shown.toString();
    }

    static String text(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : text(message);
    }
}
