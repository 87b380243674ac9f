package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {
    @Test
    void atLeast_tooLittle_saysWhatAndBoundAndValue() {
        assertThat(Check.atLeast(1, 1, "size")).isEqualTo(1);
        assertThat(Check.atLeast(1, 5_000_000_000L, "bytes")).isEqualTo(5_000_000_000L);
        assertThatThrownBy(() -> Check.atLeast(1, 0, "size"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("size must be at least 1, got 0");
        assertThatThrownBy(() -> Check.atLeast(1, -7L, "bytes")).hasMessage("bytes must be at least 1, got -7");
    }

    @Test
    void positive_zeroOrLess_isRefused() {
        assertThat(Check.positive(Duration.ofNanos(1), "timeout")).isEqualTo(Duration.ofNanos(1));
        assertThatThrownBy(() -> Check.positive(Duration.ZERO, "timeout"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be longer than zero, got PT0S");
        assertThatThrownBy(() -> Check.positive(Duration.ofSeconds(-1), "timeout"))
                .hasMessage("timeout must be longer than zero, got PT-1S");
    }

    @Test
    void given_null_isRefused() {
        assertThat(Check.given("x", "fn")).isEqualTo("x");
        assertThatThrownBy(() -> Check.given(null, "fn"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("fn must be given, got null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "_x9", "$", "größe", "aB"})
    void identifier_valid_isGivenBack(String name) {
        assertThat(Check.identifier(name, "name")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9x", "a b", "a-b", "a.b", " "})
    void identifier_invalid_isShown(String name) {
        assertThatThrownBy(() -> Check.identifier(name, "export name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("export name must be an identifier (letters, digits, _ and $, no digit first), got '" + name
                        + "'");
    }

    @Test
    void identifiers_noneOrBad_areRefused() {
        assertThatThrownBy(() -> Check.identifiers(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values must name at least one variable, got none");
        assertThatThrownBy(() -> Check.identifiers(null)).hasMessage("values must be given, got null");
        assertThatThrownBy(() -> Check.identifiers(Map.of("1", 1))).hasMessageEndingWith("got '1'");
    }
}
