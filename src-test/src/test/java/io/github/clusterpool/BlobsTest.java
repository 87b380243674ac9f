package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cases of what is too large for a message: it travels all the same, wherever a value may stand. */
interface BlobsTest extends PoolCase {
    int LARGE = 20_000_000;

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    default void export_large_isOnEveryWorker() {
        byte[] large = bytes(LARGE);

        Exported<byte[]> exported = pool().export("large", large);

        assertThat(value(pool().call(() -> Arrays.hashCode(exported.get()))))
                .containsExactly(Arrays.hashCode(large), Arrays.hashCode(large));
    }

    @Test
    default void export_severalLarge_areThereTogetherAndReplaced() {
        value(pool().export(Map.of("a", bytes(300_000), "b", bytes(400_000), "c", 1)));
        pool().export("a", bytes(500_000));

        assertThat(value(pool().call(() -> Env.<byte[]>get("a").length + Env.<byte[]>get("b").length)))
                .containsExactly(900_000, 900_000);
    }

    @Test
    default void resize_afterALargeExport_givesItToTheNewWorker() {
        Exported<byte[]> exported = pool().export("large", bytes(3_000_000));

        value(pool().resize(SIZE + 1));

        assertThat(value(pool().call(() -> exported.get().length)))
                .hasSize(SIZE + 1)
                .containsOnly(3_000_000);
    }

    @Test
    default void lapply_largeElementsAmongSmall_givesResultsInOrder() {
        List<byte[]> elements = new ArrayList<>();
        for (int size : new int[] {10, LARGE, 0, 200_000, 70_000, 65_000, 3, 1_000_000, 1}) {
            elements.add(bytes(size));
        }

        Job<List<Integer>> job = pool().lapply(elements, bytes -> Arrays.hashCode(bytes));

        assertThat(value(job)).isEqualTo(elements.stream().map(Arrays::hashCode).toList());
    }

    @Test
    default void lapply_largeResultsAmongSmall_areWholeAndInOrder() {
        List<Integer> sizes = List.of(10, LARGE, 0, 200_000, 70_000, 65_000, 3, 1_000_000, 1);

        Job<List<byte[]>> job = pool().lapply(sizes, size -> bytes(size));

        assertThat(value(job).stream().map(Arrays::hashCode).toList())
                .isEqualTo(
                        sizes.stream().map(size -> Arrays.hashCode(bytes(size))).toList());
    }

    /** More at once than a node may keep until they are fetched, and some of them equal. */
    @Test
    default void lapply_manyLargeResults_allArrive() {
        List<Integer> xs = IntStream.range(0, 40).boxed().toList();

        Job<List<byte[]>> job = pool().lapply(xs, i -> bytes(1_000_000 + i % 3));

        assertThat(value(job))
                .extracting(result -> result.length)
                .isEqualTo(xs.stream().map(i -> 1_000_000 + i % 3).toList());
    }

    @Test
    default void lapply_functionCapturesMuch_runs() {
        byte[] captured = bytes(1_000_000);

        Job<List<Integer>> job = pool().lapply(List.of(1, 2, 3, 4), i -> Arrays.hashCode(captured) + i);

        int hash = Arrays.hashCode(captured);
        assertThat(value(job)).containsExactly(hash + 1, hash + 2, hash + 3, hash + 4);
    }

    @Test
    default void call_largeArgumentAndResult_goesToEachWorkerAndBack() {
        byte[] large = bytes(2_000_000);

        List<byte[]> results = value(pool().call(bytes -> bytes, large));

        assertThat(results)
                .hasSize(SIZE)
                .allSatisfy(result -> assertThat(result).isEqualTo(large));
    }

    @Test
    default void evalq_largeFunctionAndValue_areWhole() {
        byte[] large = bytes(1_500_000);

        List<byte[]> values = value(pool().evalq(() -> {
            Env.put("made", large);
            return large;
        }));

        assertThat(values).hasSize(SIZE).allSatisfy(each -> assertThat(each).isEqualTo(large));
        assertThat(value(pool().call(() -> Env.<byte[]>get("made").length))).containsOnly(1_500_000);
    }

    @Test
    default void stream_largeElementsAndResults_comeThrough() {
        List<Integer> sizes = List.of(1, 5_000_000, 2, 300_000, 3);
        List<byte[]> elements = sizes.stream().map(BlobsTest::bytes).toList();

        List<Result<byte[]>> results = pool().stream(elements, bytes -> bytes).toList();

        assertThat(results)
                .extracting(result -> Arrays.hashCode(result.value()))
                .isEqualTo(elements.stream().map(Arrays::hashCode).toList());
    }

    /** The change is on its way for a while; what needs it not goes on, and what needs it waits. */
    @Test
    default void cancel_whileALargeElementIsOnItsWay_leavesThePoolServing() {
        for (int i = 0; i < 5; i++) {
            pool().lapply(List.of(bytes(3_000_000 + i), bytes(4_000_000 + i)), bytes -> bytes.length)
                    .cancel();
        }

        assertServes();
    }
}
