package io.github.clusterpool.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    private Path temp;

    private Path file;
    private final SomeClock clock = new SomeClock();

    @BeforeEach
    void setUp() {
        file = temp.resolve("audit.jsonl");
    }

    private void write(int lines) throws Exception {
        try (AuditLog log = AuditLog.open(file, clock)) {
            for (int i = 0; i < lines; i++) {
                log.write("thing-" + i, "anna", "done", "all of it");
            }
        }
    }

    private String faultAfter(java.util.function.UnaryOperator<List<String>> forgery) throws Exception {
        Files.write(file, forgery.apply(new ArrayList<>(Files.readAllLines(file))));
        return AuditLog.verify(file).fault();
    }

    @Test
    void write_oneLine_isJson() throws Exception {
        try (AuditLog log = AuditLog.open(file, clock)) {
            log.write("ticket-issued", "a \"b\" \\ c\n\u2028{", "done", "x");
        }

        JsonNode line = new ObjectMapper().readTree(Files.readString(file));
        assertThat(line.get("n").asInt()).isEqualTo(1);
        assertThat(line.get("time").asText()).isEqualTo("2026-03-01T12:00:00.500Z");
        assertThat(line.get("what").asText()).isEqualTo("ticket-issued");
        assertThat(line.get("who").asText()).isEqualTo("a \"b\" \\ c??{");
        assertThat(line.get("outcome").asText()).isEqualTo("done");
        assertThat(line.get("hash").asText()).hasSize(64);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void verify_afterRestarts_findsOneChain() throws Exception {
        write(3);
        write(2);

        AuditLog.Verdict verdict = AuditLog.verify(file);

        assertThat(verdict.fault()).isNull();
        assertThat(verdict.lines()).isEqualTo(5);
        assertThat(Files.readAllLines(file).get(4)).endsWith(verdict.head() + "\"}");
    }

    @Test
    void verify_twoWriters_findsOneChain() throws Exception {
        try (AuditLog one = AuditLog.open(file, clock);
                AuditLog two = AuditLog.open(file, clock)) {
            for (int i = 0; i < 3; i++) {
                one.write("one", "x", "done", "");
                two.write("two", "x", "done", "");
            }
        }

        assertThat(AuditLog.verify(file))
                .extracting(AuditLog.Verdict::lines, AuditLog.Verdict::fault)
                .containsExactly(6L, null);
    }

    @Test
    void verify_alteredLine_namesIt() throws Exception {
        write(5);

        assertThat(faultAfter(lines -> {
                    lines.set(2, lines.get(2).replace("anna", "otto"));
                    return lines;
                }))
                .isEqualTo("line 3 was altered: its hash does not fit to it and the lines before");
        assertThat(AuditLog.verify(file).lines()).isEqualTo(2);
    }

    @Test
    void verify_removedLine_namesIt() throws Exception {
        write(5);

        assertThat(faultAfter(lines -> {
                    lines.remove(1);
                    return lines;
                }))
                .isEqualTo("line 2 was removed: entry 3 stands in its place");
    }

    @Test
    void verify_insertedLine_namesIt() throws Exception {
        write(5);

        assertThat(faultAfter(lines -> {
                    lines.add(3, lines.get(1));
                    return lines;
                }))
                .isEqualTo("line 4 was inserted: entry 2 stands there once more");
        assertThat(faultAfter(lines -> {
                    lines.set(3, "{}");
                    return lines;
                }))
                .isEqualTo("line 4 was altered: it is not an entry");
    }

    @Test
    void verify_alteredWithAHashThatFits_namesTheNextLine() throws Exception {
        write(1);
        Path other = temp.resolve("other");
        try (AuditLog log = AuditLog.open(other, clock)) {
            log.write("forged", "otto", "done", "");
        }
        write(2);

        assertThat(faultAfter(lines -> {
                    try {
                        lines.set(0, Files.readAllLines(other).get(0));
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return lines;
                }))
                .isEqualTo("line 2 was altered: its hash does not fit to it and the lines before");
    }

    @Test
    void refused_flood_isOneLineASecondOfEachKindAndCountsTheRest() throws Exception {
        try (AuditLog log = AuditLog.open(file, clock)) {
            for (int second = 0; second < 3; second++) {
                for (int i = 0; i < 100; i++) {
                    log.refused(Refusal.NOT_TLS, "1.2.3.4", "junk");
                    log.refused(Refusal.TOO_SLOW, "1.2.3.4", "junk");
                }
                clock.move(Duration.ofSeconds(1));
            }
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(8);
        assertThat(lines.get(0)).contains("\"what\":\"not-tls\"").doesNotContain("leftOut");
        assertThat(lines.get(2)).contains("\"what\":\"not-tls\"", "\"leftOut\":99");
        assertThat(lines.subList(6, 8)).allMatch(line -> line.contains("\"leftOut\":99") && line.contains("various"));
        assertThat(AuditLog.verify(file).fault()).isNull();
    }

    @Test
    void refused_clockIsPutBack_isStillWritten() throws Exception {
        try (AuditLog log = AuditLog.open(file, clock)) {
            log.refused(Refusal.NOT_TLS, "1.2.3.4", "junk");
            clock.move(Duration.ofHours(-1));
            log.refused(Refusal.NOT_TLS, "1.2.3.4", "junk");
        }

        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void open_longLog_readsItsEndOnly() throws Exception {
        write(200);
        assertThat(Files.size(file)).isGreaterThan(2L * SharedLines.MAX_LINE_BYTES);

        write(1);

        assertThat(AuditLog.verify(file).lines()).isEqualTo(201);
    }

    @Test
    void open_otherFile_isRefused() throws Exception {
        write(1);
        Files.writeString(file, "something else\n");

        assertThatThrownBy(() -> AuditLog.open(file, clock))
                .hasMessageStartingWith(file + " must end with lines of an audit log, got 'something else'");
    }
}
