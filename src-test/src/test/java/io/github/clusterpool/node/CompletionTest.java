package io.github.clusterpool.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CompletionTest {
    @Test
    void generateCompletion_printsAScriptThatKnowsTheCommands() {
        StringWriter script = new StringWriter();

        int exit = Main.commandLine().setOut(new PrintWriter(script)).execute("generate-completion");

        assertThat(exit).isZero();
        assertThat(script.toString()).contains("_complete_clusterpool", "drain", "--health", "--ticket");
    }
}
