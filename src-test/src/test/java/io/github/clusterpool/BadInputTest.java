package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is refused, in which words, before anything is sent or torn down; and the pool goes on. */
interface BadInputTest extends PoolCase {
    String HERE = BadInputTest.class.getName();

    class Plain {}

    @AfterEach
    default void servesOn() {
        assertServes();
    }

    @Test
    default void init_sizeBelowOne_keepsThePool() {
        Exported<Integer> x = pool().export("x", 42);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().init(0))
                .withMessage("size must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().init(-3, true))
                .withMessage("size must be at least 1, got -3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().resize(0))
                .withMessage("size must be at least 1, got 0");

        assertThat(value(pool().call(() -> x.get()))).containsExactly(42, 42);
    }

    @Test
    default void function_null_isRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> pool().lapply(List.of(1), null))
                .withMessage("fn must be given, got null");
        assertThatNullPointerException()
                .isThrownBy(() -> pool().call((Fn0<Integer>) null))
                .withMessage("fn must be given, got null");
        assertThatNullPointerException()
                .isThrownBy(() -> pool().evalq((String) null))
                .withMessage("code must be given, got null");
    }

    @Test
    default void elements_null_areRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> pool().lapply((List<Integer>) null, i -> i))
                .withMessage("xs must be given, got null");
        assertThatNullPointerException()
                .isThrownBy(() -> pool().map(List.of(1), (List<Integer>) null, (a, b) -> a))
                .withMessage("list 2 must be given, got null");
    }

    @Test
    default void export_badNames_areRefused() {
        for (String name : List.of("", "1x", "a-b", "a b", "a.b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool().export(name, 1))
                    .withMessage("export name must be an identifier (letters, digits, _ and $, no digit first), got '"
                            + name + "'");
        }
        assertThatNullPointerException()
                .isThrownBy(() -> pool().export(null, 1))
                .withMessage("export name must be given, got null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().export(Map.of()))
                .withMessage("values must name at least one variable, got none");
    }

    @Test
    default void options_outOfBounds_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobOptions.chunkSize(0))
                .withMessage("chunkSize must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobOptions.retries(-1))
                .withMessage("retries must be at least 0, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobOptions.timeout(Duration.ZERO))
                .withMessage("timeout must be longer than zero, got PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobOptions.taskTimeout(Duration.ofSeconds(-1)))
                .withMessage("taskTimeout must be longer than zero, got PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobOptions.maxConcurrency(0))
                .withMessage("maxConcurrency must be at least 1, got 0");
        assertThatNullPointerException()
                .isThrownBy(() -> pool().with(null))
                .withMessage("options must be given, got null");
    }

    @Test
    default void function_capturesWhatCannotTravel_isRefusedByPath() {
        Socket socket = new Socket();
        InputStream stream = new ByteArrayInputStream(new byte[0]);
        Thread thread = Thread.currentThread();
        Stream<String> texts = Stream.of("a");

        assertRefused(
                () -> pool().lapply(List.of(1), i -> i + socket.getPort()),
                "the lambda in " + HERE + " captures value 1 (java.net.Socket), which cannot travel;"
                        + " open it on the worker instead");
        assertRefused(
                () -> pool().lapply(List.of(1), i -> stream.read()),
                "the lambda in " + HERE + " captures value 1 (java.io.ByteArrayInputStream),"
                        + " which cannot travel; open it on the worker instead");
        assertRefused(
                () -> pool().call(() -> thread.getName()),
                "the lambda in " + HERE + " captures value 1 (java.lang.Thread), which cannot travel;"
                        + " open it on the worker instead");
        assertRefused(
                () -> pool().evalq(() -> texts.count()),
                "the lambda in " + HERE + " captures value 1 (java.util.stream.ReferencePipeline$Head),"
                        + " which cannot travel; open it on the worker instead");
    }

    @Test
    default void function_capturesThis_isRefusedWithTheWayOut() {
        assertRefused(
                () -> pool().lapply(List.of(1), i -> i + this.hashCode()),
                "the lambda in " + HERE + " captures 'this' (" + getClass().getName()
                        + "), which cannot travel; copy the fields you need into local variables first");
    }

    @Test
    default void element_thatCannotTravel_isRefusedByPlace() {
        assertRefused(
                () -> pool().lapply(Arrays.<Object>asList(1, 2, new Plain()), i -> 1),
                "element 2: a " + HERE + "$Plain cannot travel; make it a record");
        assertRefused(
                () -> pool().map(List.of(1, 2), List.<Object>of(3, new Socket()), (a, b) -> 1),
                "element 1 of list 2: a java.net.Socket cannot travel; open it on the worker instead");
        assertRefused(
                () -> pool().call(x -> 1, new Plain()),
                "the argument: a " + HERE + "$Plain cannot travel; make it a record");
        assertRefused(
                () -> pool().export("x", List.of(new Plain())),
                "'x': element 0: a " + HERE + "$Plain cannot travel; make it a record");
    }

    private static void assertRefused(Executable verb, String message) {
        assertThat(assertThrows(NotPortableException.class, verb)).hasMessage(message);
    }

    @Test
    default void values_tooLarge_areRefusedWithTheKeyThatLimitsThem() {
        byte[] large = new byte[26_000_000];
        Map<String, Integer> many = new HashMap<>();
        IntStream.range(0, 3_000).forEach(i -> many.put("aRatherLongName" + i, i));

        assertThat(assertThrows(PayloadTooLargeException.class, () -> pool().export("x", large)))
                .hasMessageMatching("'x' must take at most 25165824 bytes on the wire, got .*;"
                        + " send it in smaller parts or raise clusterpool.blob.max-size");
        assertThat(assertThrows(
                        PayloadTooLargeException.class,
                        () -> pool().lapply(List.of(new byte[1], large), bytes -> bytes.length)))
                .hasMessageMatching("element 1 must take at most 25165824 bytes on the wire, got 2600.*;"
                        + " send it in smaller parts or raise clusterpool.blob.max-size");
        assertThat(assertThrows(PayloadTooLargeException.class, () -> pool().call(() -> large.length)))
                .hasMessageMatching("the function must take at most 25165824 bytes on the wire, got .*;"
                        + " send it in smaller parts or raise clusterpool.blob.max-size");
        assertThat(assertThrows(PayloadTooLargeException.class, () -> pool().export(many)))
                .hasMessageMatching("the names of the variables exported together must take at most 131072 bytes on the"
                        + " wire, got 2\\d{5}; export them in several calls or raise clusterpool.max-message-size");
    }

    @Test
    default void script_thatDoesNotParse_isRefusedWithItsPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().evalq("x = (1 + "))
                .withMessageMatching("script must parse, got .* \\(line 1, column \\d+\\): x = \\(1 \\+");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.fn("(a, b) -> a"))
                .withMessage("function must take 1 argument, got 2: (a, b) -> a");
    }

    @Test
    default void script_readsUnsetVariable_failsByName() {
        assertThat(failure(BroadcastFailedException.class, pool().evalq("nowhere")))
                .hasMessage("evalq failed on 2 of 2 workers; first: worker 1 failed:"
                        + " io.github.clusterpool.code.UnsetVariableException: variable 'nowhere' is not set on this worker;"
                        + " export it first, or give a default: nowhere ?? 0 (line 1, column 1): nowhere");
    }

    @Test
    default void map_zeroLengthWithLonger_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool().map(List.of(1, 2), List.<Integer>of(), (a, b) -> a))
                .withMessage("lists must be all empty or all non-empty, got lengths [2, 0];"
                        + " an empty list cannot be recycled");
    }

    @Test
    default void onTheCallersSide_taskThings_areRefused() {
        String thread = Thread.currentThread().getName();
        Exported<Integer> x = pool().export("x", 1);

        assertThat(assertThrows(IllegalStateException.class, TaskContext::current))
                .hasMessage("TaskContext, Env and Exported.get() must be used inside a function that a worker runs,"
                        + " got called on thread '" + thread + "'");
        assertThat(assertThrows(IllegalStateException.class, x::get))
                .hasMessage("TaskContext, Env and Exported.get() must be used inside a function that a worker runs,"
                        + " got called on thread '" + thread + "'");
    }
}
