package io.github.clusterpool;

import io.github.clusterpool.wire.Slices;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** R's rule for vectors of different length: shorter ones begin again until the longest ends. */
final class Recycling {
    private Recycling() {}

    static int length(List<? extends List<?>> vectors) {
        List<Integer> lengths = vectors.stream().<Integer>map(List::size).toList();
        int longest = lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
        if (longest > 0 && lengths.contains(0)) {
            throw new IllegalArgumentException(Messages.zeroLength(lengths));
        }
        return longest;
    }

    static @Nullable Object element(List<?> vector, int index) {
        return vector.get(index % vector.size());
    }

    /** Values that were written one by one, measured call by call. */
    static Slices byCall(Slices values, int arity) {
        if (arity == 1) {
            return values;
        }
        int[] ends = new int[values.size() / arity];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = values.ends()[(i + 1) * arity - 1];
        }
        return new Slices(values.types(), values.bytes(), ends);
    }
}
