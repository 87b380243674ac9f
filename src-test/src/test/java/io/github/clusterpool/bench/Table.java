package io.github.clusterpool.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Figures as a Markdown table. */
final class Table {
    private final List<String> rows = new ArrayList<>();

    void add(String what, String figure, String ratio, @Nullable Sample sample) {
        rows.add("| " + what + " | " + figure + " | " + ratio + " | " + (sample == null ? "" : sample.spread()) + " |");
    }

    void print() {
        System.out.println("| what | median | ratio | spread |");
        System.out.println("|---|---|---|---|");
        rows.forEach(System.out::println);
    }
}
