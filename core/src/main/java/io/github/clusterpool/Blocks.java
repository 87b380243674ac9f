package io.github.clusterpool;

import java.io.Serializable;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Values by their index, in blocks: one large array would be old for the collector from its first moment on, which then
 * takes a note of each value that is put into it. Not thread-safe.
 */
final class Blocks {
    private static final int BITS = 12;
    private static final int MOST = 1 << BITS; // values in a block

    private @Nullable Object[][] blocks = {};
    private int size;

    /** Makes room for so many values at least; those that were not set are null. */
    void makeRoom(int atLeast) {
        if (atLeast <= size) {
            return;
        }
        int kept = size >> BITS; // full ones
        int count = ((atLeast - 1) >> BITS) + 1;
        @Nullable Object[][] more = Arrays.copyOf(blocks, count);
        for (int i = kept; i < count; i++) {
            int room = Math.min(MOST, atLeast - (i << BITS));
            more[i] = i < blocks.length ? Arrays.copyOf(blocks[i], room) : new Object[room];
        }
        blocks = more;
        size = atLeast;
    }

    void set(int index, @Nullable Object value) {
        blocks[index >> BITS][index & (MOST - 1)] = value;
    }

    /** Those from {@code first} to before {@code end}, as they are now. */
    @Nullable
    Object[] copy(int first, int end) {
        @Nullable Object[] copy = new Object[end - first];
        for (int i = first; i < end; ) {
            @Nullable Object[] block = blocks[i >> BITS];
            int from = i & (MOST - 1);
            int count = Math.min(block.length - from, end - i);
            System.arraycopy(block, from, copy, i - first, count);
            i += count;
        }
        return copy;
    }

    /** Of all that there is room for now; shows what is set later, but grows no more, and cannot be changed. */
    List<@Nullable Object> view() {
        return Collections.unmodifiableList(new View(blocks, size));
    }

    private static final class View extends AbstractList<@Nullable Object> implements RandomAccess, Serializable {
        private static final long serialVersionUID = 1;

        private final @Nullable Object[][] blocks;
        private final int size;

        View(@Nullable Object[][] blocks, int size) {
            this.blocks = blocks;
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public @Nullable Object get(int index) {
            if (index < 0 || index >= size) {
                throw new IndexOutOfBoundsException("there are " + size + " results from 0 on, got the index " + index);
            }
            return blocks[index >> BITS][index & (MOST - 1)];
        }

        @Override
        public @Nullable Object[] toArray() {
            @Nullable Object[] all = new Object[size];
            for (int i = 0; i < blocks.length; i++) {
                System.arraycopy(blocks[i], 0, all, i << BITS, blocks[i].length);
            }
            return all;
        }
    }
}
