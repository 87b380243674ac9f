package io.github.clusterpool.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("UnnecessaryStringBuilder") // sent to be refused
class ValueCodecRefusalTest {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());
    private static final String HERE = ValueCodecRefusalTest.class.getName();

    record Job(String name, Object socket) {}

    static class Bean {}

    static class MyList extends ArrayList<Integer> {}

    record Link(List<Object> others) {}

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new Socket(), "a java.net.Socket cannot travel; open it on the worker instead"),
                Arguments.of(
                        Thread.currentThread(),
                        "a " + Thread.currentThread().getClass().getName()
                                + " cannot travel; open it on the worker instead"),
                Arguments.of(new Bean(), "a " + HERE + "$Bean cannot travel; make it a record"),
                Arguments.of(
                        new AtomicInteger(),
                        "a java.util.concurrent.atomic.AtomicInteger cannot travel; every copy would count for itself, so send"
                                + " its value"),
                Arguments.of(
                        new GregorianCalendar(),
                        "a java.util.GregorianCalendar cannot travel; send the java.time type it can be turned into"),
                Arguments.of(
                        new java.sql.Timestamp(1),
                        "a java.sql.Timestamp cannot travel; send the java.time type it can be turned into"),
                Arguments.of(
                        withDefaults(),
                        "Properties with defaults cannot travel; copy them into Properties without, by"
                                + " stringPropertyNames()"),
                Arguments.of(
                        Collections.synchronizedList(new ArrayList<>()),
                        "a java.util.Collections$SynchronizedRandomAccessList cannot travel; copy it into a"
                                + " java.util.ArrayList or java.util.LinkedHashSet first"),
                Arguments.of(
                        new TreeMap<>(Map.of(1, 2)).descendingMap(),
                        "a java.util.TreeMap$DescendingSubMap cannot travel; copy it into a java.util.LinkedHashMap"
                                + " first"),
                Arguments.of(String.class, "a java.lang.Class cannot travel; send its name"),
                Arguments.of(
                        new IllegalStateException(),
                        "a java.lang.IllegalStateException cannot travel; send its class name and message"),
                Arguments.of(
                        new MyList(),
                        "a " + HERE
                                + "$MyList cannot travel; only the JDK's own collections do, so copy it into a"
                                + " java.util.ArrayList or java.util.LinkedHashSet first"),
                Arguments.of(
                        new ArrayList<>() {},
                        "an anonymous java.util.ArrayList (" + HERE
                                + "$1) cannot travel; only the JDK's own collections do, so"
                                + " copy it into a java.util.ArrayList or java.util.LinkedHashSet first"),
                Arguments.of(
                        new IdentityHashMap<>(),
                        "a java.util.IdentityHashMap cannot travel; copy it into a java.util.LinkedHashMap first"),
                Arguments.of(
                        (Supplier<Integer>) () -> 1,
                        "a lambda of " + HERE
                                + " cannot travel; its type must be one of the pool's function types or"
                                + " Serializable"),
                Arguments.of(
                        new StringBuilder(),
                        "a java.lang.StringBuilder cannot travel; send what it holds, for instance as a record"),
                Arguments.of(
                        new com.sun.management.ThreadMXBean[0],
                        "a com.sun.management.ThreadMXBean[] cannot travel; its element type must be a JDK data type, an"
                                + " interface, a record or an enum"));
    }

    private static Properties withDefaults() {
        Properties defaults = new Properties();
        defaults.setProperty("a", "b");
        return new Properties(defaults);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void encode_ofWhatCannotTravel_saysTheNextStep(Object value, String message) {
        var error = catchThrowableOfType(CannotTravelException.class, () -> CODEC.encode(value));

        assertThat(error).hasMessage(message);
        assertThat(error.path()).isEmpty();
    }

    @Test
    void encodeAll_deepInside_namesThePath() {
        var error = catchThrowableOfType(
                CannotTravelException.class, () -> CODEC.encodeAll(List.of(1, 2, 3, new Job("x", new Socket()))));

        assertThat(error)
                .hasMessage("element 3, component 'socket' of " + HERE
                        + "$Job: a java.net.Socket cannot travel; open it on the worker instead");
        assertThat(error.className()).isEqualTo("java.net.Socket");
    }

    @Test
    void encode_insideContainers_namesThePath() {
        Map<Object, Object> keyed = new HashMap<>();
        keyed.put(new Bean(), 1);

        assertThat(path(Arrays.asList(1, null, new Bean()))).isEqualTo("element 2");
        assertThat(path(Map.of("k", List.of(new Bean())))).isEqualTo("the value of key 'k', element 0");
        assertThat(path(keyed)).isEqualTo("a key");
        assertThat(path(Optional.of(new Bean()))).isEqualTo("the optional value");
        assertThat(path(new Object[] {new Bean()})).isEqualTo("element 0");
        assertThat(path(new TreeSet<>(Comparator.comparing(Object::toString))))
                .isEqualTo("the comparator of the TreeSet");
    }

    @Test
    void encode_ofCycle_refusesByPath() {
        List<Object> list = new ArrayList<>();
        list.add(new Link(list));

        var error = catchThrowableOfType(CannotTravelException.class, () -> CODEC.encode(list));

        assertThat(error)
                .hasMessage("element 0, component 'others' of " + HERE
                        + "$Link: a java.util.ArrayList contains itself; send a flat form");
    }

    @Test
    void encode_ofCycleFurtherIn_refusesByPath() {
        Map<String, Object> map = new HashMap<>();
        Object[] array = {1, map};
        map.put("back", array);

        assertThatThrownBy(() -> CODEC.encode(Arrays.asList(7, map)))
                .isInstanceOf(CannotTravelException.class)
                .hasMessage("element 1, the value of key 'back', element 1: a java.util.HashMap contains itself;"
                        + " send a flat form");
    }

    @Test
    void encode_nestedTooDeeply_refusesByPath() {
        Object nested = List.of();
        for (int i = 0; i < 100_000; i++) {
            nested = Collections.singletonList(nested);
        }
        Object value = nested;

        assertThatThrownBy(() -> CODEC.encode(value))
                .isInstanceOf(CannotTravelException.class)
                .hasMessageStartingWith("element 0, element 0,")
                .hasMessageContaining("…")
                .hasMessageEndingWith("perhaps one contains itself: send a flat form");
    }

    @Test
    void add_ofWhatCannotTravel_leavesNothing() {
        var with = CODEC.writer();
        var without = CODEC.writer();
        List<Object> good = List.of(new Job("a", null), List.of(1L), new Job("b", Optional.of(1)), "x".repeat(20_000));

        for (Object value : good) {
            assertRefused(() -> with.add(
                    List.of(Thread.State.NEW, "y".repeat(10_000), new Job("c", new Link(List.of(new Bean()))))));
            assertRefused(() -> with.add(new Job("c", List.of(1, new Bean()))));
            with.add(value);
            without.add(value);
        }

        assertThat(with.byteSize()).isEqualTo(without.byteSize());
        Slices slices = with.finish();
        assertThat(slices.size()).isEqualTo(4);
        assertThat(CODEC.decoder(slices.types()).decode(slices.bytes(), 4)).isEqualTo(good);
        assertThat(new String(slices.types(), StandardCharsets.ISO_8859_1))
                .doesNotContain("Link")
                .doesNotContain("State");
    }

    @Test
    void add_firstRefused_takesBackTheCommonType() {
        var writer = CODEC.writer();
        assertRefused(() -> writer.add(new Job("c", new Bean())));
        writer.add(5L);

        Slices slices = writer.finish();

        assertThat(slices.byteSize()).isEqualTo(1);
        assertThat(CODEC.decoder(slices.types()).decode(slices.bytes(), 1)).isEqualTo(List.of(5L));
    }

    @Test
    void encode_overALimit_saysWhichAndLeavesTheRest() {
        var codec = new ValueCodec(new WireRules(List.of(), 4, 10, 100_000, 20), List.of());
        var writer = codec.writer();
        writer.add(1);

        var bytes = catchThrowableOfType(CannotTravelException.class, () -> writer.add(new byte[200_000]));
        var string = catchThrowableOfType(CannotTravelException.class, () -> writer.add("x".repeat(11)));
        var count = catchThrowableOfType(CannotTravelException.class, () -> writer.add(Collections.nCopies(21, 1)));
        writer.add(2);

        assertThat(bytes)
                .hasMessage("the encoded bytes must be at most 100000 (maxBytes), got more; send less at once");
        assertThat(string)
                .hasMessage("a string must have at most 10 chars (maxStringLength), got 11; send it in parts");
        assertThat(count)
                .hasMessage("a collection or array must have at most 20 elements (maxCount), got 21; send it in parts");
        Slices slices = writer.finish();
        assertThat(codec.decoder(slices.types()).decode(slices.bytes(), 2)).isEqualTo(List.of(1, 2));
    }

    @Test
    void encode_outsideAllowedPrefixes_refuses() {
        var codec = new ValueCodec(new WireRules(List.of("demo."), 10, 10, 1000, 10), List.of());

        var error = catchThrowableOfType(CannotTravelException.class, () -> codec.encode(new Job("a", 1)));

        assertThat(error).hasMessage("a " + HERE + "$Job cannot travel; its package is not allowed by the rules");
        assertThat(codec.decode(codec.encode(DayOfWeek.MONDAY))).isEqualTo(DayOfWeek.MONDAY);
    }

    private static void assertRefused(ThrowingCallable add) {
        assertThatThrownBy(add).isInstanceOf(CannotTravelException.class);
    }

    private static String path(Object value) {
        return catchThrowableOfType(CannotTravelException.class, () -> CODEC.encode(value))
                .path();
    }
}
