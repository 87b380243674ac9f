package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void preview_shortValues_areShownAsTheyAre() {
        assertThat(Messages.preview(0)).isEqualTo("0");
        assertThat(Messages.preview("x")).isEqualTo("'x'");
        assertThat(Messages.preview(null)).isEqualTo("null");
    }

    @Test
    void preview_longText_isCutWithoutHalfACharacter() {
        assertThat(Messages.preview("a".repeat(58))).isEqualTo("'" + "a".repeat(58) + "'");
        assertThat(Messages.preview("a".repeat(59))).isEqualTo("'" + "a".repeat(59) + "…");
        assertThat(Messages.preview("😀".repeat(100))).isEqualTo("'" + "😀".repeat(59) + "…");
    }

    @Test
    void preview_controlCharacters_areEscaped() {
        assertThat(Messages.preview("a\nb\u001b[31m")).isEqualTo("'a\\nb\\u001b[31m'");
    }

    @Test
    void preview_toStringThrows_namesTheClass() {
        assertThat(Messages.preview(new Unspeakable())).isEqualTo("a " + Unspeakable.class.getName());
    }

    private static final class Unspeakable {
        @Override
        public String toString() {
            throw new StackOverflowError();
        }
    }

    @Test
    void preview_toStringGivesNull_saysNull() {
        Object speechless = new Object() {
            @SuppressWarnings("ToStringReturnsNull") // as user code may
            @Override
            public String toString() {
                return null;
            }
        };

        assertThat(Messages.preview(speechless)).isEqualTo("null");
    }

    @Test
    void oneLine_severalLines_cannotForgeAnother() {
        assertThat(Messages.oneLine("a\r\nb\tc\u0085\u2028")).isEqualTo("a\\r\\nb\tc\\u0085\\u2028");
    }
}
