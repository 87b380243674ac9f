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
                ClientLine.class,
                Desk.class,
                Shelf.class,
                HostedPools.class,
                PoolHost.class,
                JoinedNodes.class,
                JoinedWorker.class
            })
    void command_eachRecord_hasItsHandler(Class<?> actor) throws IOException, ClassNotFoundException {
        String source = source(actor);
        Class<?> command = Class.forName(actor.getName() + "$Command");
        List<String> handled = records(command);

        assertThat(handled)
                .hasSizeGreaterThan(1)
                .allSatisfy(name -> assertThat(source).contains("onMessage(" + name + ".class, "));
        for (Class<?> part : command.getPermittedSubclasses()) {
            if (part.getEnclosingClass() != actor && !part.isRecord()) {
                String others = source(part.getEnclosingClass());
                assertThat(source).contains(part.getEnclosingClass().getSimpleName() + ".Message.class, ");
                assertThat(records(part))
                        .isNotEmpty()
                        .allSatisfy(name -> assertThat(others).contains("message instanceof " + name));
            }
        }
    }

    private static String source(Class<?> actor) throws IOException {
        return Files.readString(SOURCES.resolve(actor.getSimpleName() + ".java"));
    }

    /** Those of the same source. */
    private static List<String> records(Class<?> command) {
        List<String> records = new ArrayList<>();
        for (Class<?> permitted : command.getPermittedSubclasses()) {
            if (permitted.getEnclosingClass() != command.getEnclosingClass()) {
                continue;
            }
            if (permitted.isRecord()) {
                records.add(permitted.getSimpleName());
            } else {
                records.addAll(records(permitted));
            }
        }
        return records;
    }
}
