package io.github.clusterpool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Consumer;

/** Commands in their order, of which none goes on before its blobs, and those of all before it, have come. */
final class WaitingLine {
    private final Consumer<Worker.Command> out;
    private final Deque<Worker.Timely> waiting = new ArrayDeque<>();

    /** To {@code out} go those that need not wait any more. */
    WaitingLine(Consumer<Worker.Command> out) {
        this.out = out;
    }

    void add(Worker.Timely command) {
        if (waiting.isEmpty() && command.isSettled()) {
            out.accept(command);
        } else {
            waiting.add(command);
        }
    }

    void admit() {
        while (!waiting.isEmpty() && waiting.element().isSettled()) {
            out.accept(waiting.remove());
        }
    }

    Queue<Worker.Timely> waiting() {
        return waiting;
    }
}
