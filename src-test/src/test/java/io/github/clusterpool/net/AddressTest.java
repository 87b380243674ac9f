package io.github.clusterpool.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @Test
    void parse_whatToStringGives_isTheSame() {
        for (Address address :
                new Address[] {new Address.TcpPort("127.0.0.1", 25_520), new Address.UnixSocket(Path.of("/a b/c:1/2"))
                }) {
            assertThat(Address.parse(address.toString())).isEqualTo(address);
        }
        assertThat(Address.parse("unix:/x/1")).hasToString("unix:/x/1");
        assertThat(Address.parse("10.0.0.1:1")).hasToString("10.0.0.1:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "host", "host:", "host:port", "unix:\0"})
    void parse_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an address must be host:port or unix:path, got '" + text + "'");
    }
}
