package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that its actor does not handle would vanish without a word. */
class HandlersTest {
    private static final Path SOURCES = Path.of("../core/src/main/java/io/github/clusterpool");

    @ParameterizedTest
    @ValueSource(
            classes = {
                PoolSupervisor.class,
                NodeHost.class,
                Worker.class,
                WorkerJvm.class,
                Greeter.class,
                BlobPort.class,
                CodeServer.class,
                NodeDoor.class,
                JoinedNodes.class,
                JoinedWorker.class
            })
    void command_eachRecord_hasItsHandler(Class<?> actor) throws IOException, ClassNotFoundException {
        String source = Files.readString(SOURCES.resolve(actor.getSimpleName() + ".java"));
        List<String> handled = records(Class.forName(actor.getName() + "$Command"));

        assertThat(handled)
                .hasSizeGreaterThan(1)
                .allSatisfy(name -> assertThat(source).contains("onMessage(" + name + ".class, "));
    }

    private static List<String> records(Class<?> command) {
        List<String> records = new ArrayList<>();
        for (Class<?> permitted : command.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                records.add(permitted.getSimpleName());
            } else {
                records.addAll(records(permitted));
            }
        }
        return records;
    }
}
