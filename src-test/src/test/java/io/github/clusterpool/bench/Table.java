package io.github.clusterpool.bench;

import org.jspecify.annotations.Nullable;

/** Figures as a Markdown table on standard output, each as soon as it is known: all of them take long. */
final class Table {
    private boolean begun;

    void add(String what, String figure, String ratio, @Nullable Sample sample) {
        if (!begun) {
            begun = true;
            System.out.println("| what | median | ratio | spread |");
            System.out.println("|---|---|---|---|");
        }
        String spread = sample == null ? "" : sample.spread();
        System.out.println("| " + what + " | " + figure + " | " + ratio + " | " + spread + " |");
    }
}
