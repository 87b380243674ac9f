package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerOutputTest {
    private final List<String> log = new ArrayList<>();

    private WorkerOutput read(InputStream input, boolean shown) {
        WorkerOutput output = new WorkerOutput(2, input, log::add);
        if (shown) {
            output.show();
        }
        output.run();
        assertThat(output.end()).isDone();
        return output;
    }

    private WorkerOutput read(String printed) {
        return read(new ByteArrayInputStream(printed.getBytes(Charset.defaultCharset())), true);
    }

    @Test
    void run_lines_areLoggedAndTheLastOnesKept() {
        WorkerOutput output = read("1\n2\r\n" + "x\n".repeat(18) + "end");

        assertThat(log).hasSize(21).startsWith("1", "2", "x").endsWith("x", "end");
        assertThat(output.lastLines()).hasSize(20).startsWith("2").endsWith("end");
    }

    @Test
    void run_controlCharacters_areEscaped() {
        WorkerOutput output = read("\u001b[31mred\rover\n");

        assertThat(log).containsExactly("\\u001b[31mred\\rover");
        assertThat(output.lastLines()).isEqualTo(log);
    }

    @Test
    void run_longLine_isCut() {
        read("x".repeat(12_000) + "\ny\n");

        assertThat(log).containsExactly("x".repeat(2_000) + "… (10,000 more characters)", "y");
    }

    @Test
    void run_flood_isHeldBackAndCounted() {
        WorkerOutput output = read("x\n".repeat(6_000) + "end\n");

        assertThat(log)
                .hasSizeBetween(1_001, 5_000)
                .last()
                .asString()
                .matches("worker 2 printed [45],\\d\\d\\d more lines, not shown");
        assertThat(output.lastLines()).hasSize(20).endsWith("x", "end");
    }

    @Test
    void run_noLineEndForEver_takesNoMemory() {
        long size = 3L << 29;
        InputStream endless = new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int count = (int) Math.min(length, left);
                left -= count;
                java.util.Arrays.fill(bytes, offset, offset + count, (byte) 'x');
                return count == 0 ? -1 : count;
            }
        };

        read(endless, true);

        assertThat(log).containsExactly("x".repeat(2_000) + "… (1,610,610,736 more characters)");
    }

    @Test
    void run_notShownYet_keepsButDoesNotLog() {
        WorkerOutput output = read(new ByteArrayInputStream("a\n".getBytes(Charset.defaultCharset())), false);

        assertThat(log).isEmpty();
        assertThat(output.lastLines()).containsExactly("a");
    }
}
