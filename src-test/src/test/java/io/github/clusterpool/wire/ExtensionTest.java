package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExtensionTest {
  private static final ValueCodec CODEC = new ValueCodec(
          WireRules.defaults(), List.of(new Greetings()))
      .withLoader(ExtensionTest.class.getClassLoader());

  interface Greeting {}

  static final class Hello implements Greeting {
    private final String name;
    private final @Nullable Object extra;

    Hello(String name, @Nullable Object extra) {
      this.name = name;
      this.extra = extra;
    }

    @Override
    public String toString() {
      return "Hello " + name + " " + extra;
    }
  }

  static final class Greetings implements Extension<Greeting> {
    @Override
    public String name() {
      return "greeting";
    }

    @Override
    public boolean handles(Class<?> type) {
      return Greeting.class.isAssignableFrom(type);
    }

    @Override
    public List<@Nullable Object> parts(Greeting value) {
      var hello = (Hello) value;
      if (hello.name.isEmpty()) {
        throw new CannotTravelException(
            Hello.class.getName(), "a greeting must have a name; give it one");
      }
      return Arrays.asList(hello.name, hello.extra);
    }

    @Override
    public Greeting make(List<@Nullable Object> parts, ClassLoader loader) {
      assertThat(loader).isSameAs(ExtensionTest.class.getClassLoader());
      if ("bad".equals(parts.get(0))) {
        throw new IllegalStateException("bad name");
      }
      return new Hello((String) parts.get(0), parts.get(1));
    }
  }

  @Test
  void decode_ofExtensionValues_makesThemOfTheirParts() {
    List<Object> values =
        new ArrayList<>(List.of(new Hello("a", null), new Hello("b", new Hello("c", List.of(1L)))));

    Object back = CODEC.decode(CODEC.encode(values));

    assertThat(back).hasToString(values.toString());
  }

  @Test
  void encode_extensionRefuses_namesThePathToo() {
    assertThatThrownBy(() -> CODEC.encode(Map.of("k", new Hello("", null))))
        .isInstanceOf(CannotTravelException.class)
        .hasMessage("the value of key 'k': a greeting must have a name; give it one");
    assertThatThrownBy(() -> CODEC.encode(new Hello("a", new Object())))
        .hasMessage("part 1 of " + Hello.class.getName()
            + ": a java.lang.Object cannot travel; send what it holds, for instance as a record");
  }

  @Test
  void decode_extensionThrows_isMalformed() {
    byte[] bytes = CODEC.encode(new Hello("bad", null));

    assertThatThrownBy(() -> CODEC.decode(bytes))
        .isInstanceOf(MalformedValueException.class)
        .hasMessage("the bytes make no value: java.lang.IllegalStateException: bad name");
  }

  @Test
  void decode_withoutTheExtension_isMalformed() {
    byte[] bytes = CODEC.encode(new Hello("a", null));

    assertThatThrownBy(() -> new ValueCodec(WireRules.defaults(), List.of()).decode(bytes))
        .isInstanceOf(MalformedValueException.class)
        .hasMessage("extension greeting must be known here");
  }
}
