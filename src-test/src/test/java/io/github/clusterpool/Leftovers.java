package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What a pool must not leave behind. */
final class Leftovers {
    private Leftovers() {}

    /** Waits until no worker thread of that pool and no process that this JVM started is left. */
    static void expectNone(String pool) {
        Patience.await().untilAsserted(() -> {
            assertThat(workerThreads(pool)).isEmpty();
            assertThat(children()).isEmpty();
        });
    }

    static List<String> workerThreads(String pool) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(pool + "-worker-"))
                .toList();
    }

    private static List<String> children() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(child -> child.pid() + " " + child.info().commandLine().orElse(""))
                .toList();
    }
}
