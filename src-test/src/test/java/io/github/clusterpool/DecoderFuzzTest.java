package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.ValueCodec;
import io.github.clusterpool.wire.ValueSamples;
import io.github.clusterpool.wire.WireRules;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * Bytes that were tampered with: a clear error or some value, soon and within bounds, and nothing is made or even initialised
 * that may not travel. Longer: {@code mvn -Pfuzz verify}.
 */
class DecoderFuzzTest {
    private static final int BATCH = 100;
    private static final long MOST_BYTES = 64L << 20;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Of each pair, one may travel and the other, of the same length, may not: a forger exchanges the names. */
    private static final String HERE = DecoderFuzzTest.class.getName() + "$";

    private static final Set<String> TOUCHED = ConcurrentHashMap.newKeySet();

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final long END = System.nanoTime()
            + Duration.ofSeconds(Long.getLong("tests.fuzz.seconds", 20)).toNanos();

    record GoodRecord(int a, Object b) {}

    record EvilRecord(int a, Object b) {
        static {
            TOUCHED.add("EvilRecord");
        }
    }

    enum GoodEnum {
        ONE,
        TWO
    }

    enum EvilEnum {
        ONE,
        TWO;

        static {
            TOUCHED.add("EvilEnum");
        }
    }

    @Portable
    static final class GoodBean {
        int a;
        List<String> b = List.of("x");
    }

    static final class EvilBean {
        static {
            TOUCHED.add("EvilBean");
        }

        int a;
        List<String> b = List.of("x");

        EvilBean() {
            TOUCHED.add("new EvilBean");
        }
    }

    private static final ValueCodec CODEC = codec(List.of(HERE + "Good", "io.github.clusterpool.wire.ValueSamples$"));
    private static final List<byte[]> SEEDS = seeds();

    private static ValueCodec codec(List<String> prefixes) {
        WireRules rules = new WireRules(prefixes, 64, 1 << 20, 1 << 22, 1 << 16);
        List<String> own = new ArrayList<>(prefixes);
        own.add("io.github.clusterpool.Failure");
        WireRules all = new WireRules(own, 64, 1 << 20, 1 << 22, 1 << 16);
        return new ValueCodec(
                all,
                List.of(
                        new ExportedExtension(),
                        new ThrowableExtension(),
                        new PortableExtension(new PortableTypes(rules, List.of()))));
    }

    private static List<byte[]> seeds() {
        List<Object> values = new ArrayList<>(ValueSamples.all()
                .filter(each -> CODEC.encode(each).length < 2_000)
                .toList());
        values.add(new GoodRecord(1, List.of(new GoodRecord(2, GoodEnum.TWO))));
        values.add(new ArrayList<>(List.of(GoodEnum.ONE, GoodEnum.TWO, new GoodRecord(3, Optional.of(1L)))));
        values.add(new GoodRecord[] {new GoodRecord(1, null)});
        values.add(List.of(new GoodBean(), new GoodRecord(5, new GoodBean())));
        values.add(new GoodBean[] {new GoodBean()});
        values.add(new IllegalStateException("x", new RuntimeException()));
        values.add(new Exported<>("x", null));
        values.add(new ArrayList<>(values.subList(0, 60)));
        return values.stream().map(CODEC::encode).toList();
    }

    @Test
    void decode_withTheNameOfAForbiddenClass_isRefusedBeforeItIsInitialised() {
        int refused = 0;
        for (byte[] seed : SEEDS) {
            byte[] forged = exchangeNames(seed);
            if (!Arrays.equals(forged, seed)) {
                assertThatThrownBy(() -> CODEC.decode(forged))
                        .isInstanceOf(MalformedValueException.class)
                        .hasMessageMatching("class \\S+Evil\\S+ must be (a record, enum or array that the rules allow"
                                + "|marked @Portable or begin with one of clusterpool.values.portable-prefixes)");
                refused++;
            }
        }
        assertThat(refused).isEqualTo(5);
        assertThat(TOUCHED).isEmpty();
    }

    /** In the {@code fuzz} profile jqwik tries many more, until the time is up. */
    @Property(shrinking = ShrinkingMode.OFF)
    void decode_ofTamperedBytes_isAnErrorOrAValueAndNothingElse(@ForAll Random random) {
        for (int i = 0; i < BATCH && System.nanoTime() < END; i++) {
            check(tampered(random));
        }
    }

    private static byte[] tampered(Random random) {
        byte[] bytes = SEEDS.get(random.nextInt(SEEDS.size())).clone();
        for (int i = random.nextInt(5); i >= 0; i--) {
            bytes = tamper(bytes, random);
        }
        return bytes;
    }

    private static byte[] tamper(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(8)) {
            case 0 -> exchangeNames(bytes);
            case 1 -> joined(bytes, at, new byte[] {(byte) random.nextInt(256)}, at);
            case 2 -> joined(bytes, at, new byte[0], Math.min(bytes.length, at + 1 + random.nextInt(4)));
            case 3 -> splice(bytes, at, random);
            case 4 -> joined(bytes, at, hugeLength(random), at);
            default -> {
                byte[] changed = bytes.length == 0 ? new byte[1] : bytes.clone();
                int bit = random.nextInt(changed.length);
                changed[bit] =
                        (byte) (random.nextBoolean() ? changed[bit] ^ (1 << random.nextInt(8)) : random.nextInt());
                yield changed;
            }
        };
    }

    private static byte[] exchangeNames(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace(HERE + "Good", HERE + "Evil")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hugeLength(Random random) {
        int major = random.nextInt(2, 7) << 5;
        return new byte[] {(byte) (major | 26), 0x7F, (byte) random.nextInt(), -1, -1};
    }

    private static byte[] splice(byte[] bytes, int at, Random random) {
        byte[] other = SEEDS.get(random.nextInt(SEEDS.size()));
        int from = random.nextInt(other.length);
        int to = from + random.nextInt(Math.min(64, other.length - from));
        return joined(bytes, at, Arrays.copyOfRange(other, from, to), at);
    }

    private static byte[] joined(byte[] bytes, int end, byte[] middle, int from) {
        byte[] all = new byte[end + middle.length + bytes.length - from];
        System.arraycopy(bytes, 0, all, 0, end);
        System.arraycopy(middle, 0, all, end, middle.length);
        System.arraycopy(bytes, from, all, end + middle.length, bytes.length - from);
        return all;
    }

    private static void check(byte[] bytes) {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        long start = System.nanoTime();
        try {
            CODEC.decode(bytes);
        } catch (MalformedValueException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        } catch (Throwable e) {
            throw new AssertionError(
                    "must be malformed, got " + e + " for " + HexFormat.of().formatHex(bytes), e);
        }
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        if (!TOUCHED.isEmpty() || allocated > MOST_BYTES || System.nanoTime() - start > LONGEST.toNanos()) {
            throw new AssertionError("touched " + TOUCHED + ", allocated " + allocated + " bytes, took "
                    + Duration.ofNanos(System.nanoTime() - start) + ": "
                    + HexFormat.of().formatHex(bytes));
        }
    }
}
