package io.github.clusterpool;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Functions that capture nothing: each class of them is one function, so that many jobs with it need not encode or make
 * it anew. What they take is bounded. Thread-safe.
 */
final class PlainFunctions {
    private static final int SLOTS = 64;
    private static final int LARGEST = 4096;

    /** What a session defines again has other code by the same name. */
    private static final String OF_SESSION = "REPL.";

    private record Made(byte[] bytes, Object function) {}

    private final ClassValue<AtomicReference<byte @Nullable []>> encoded = new ClassValue<>() {
        @Override
        protected AtomicReference<byte @Nullable []> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };
    private final AtomicReferenceArray<@Nullable Made> made = new AtomicReferenceArray<>(SLOTS);

    /** The bytes of that function, if they are known. */
    byte @Nullable [] encoded(Object function) {
        return encoded.get(function.getClass()).get();
    }

    void keep(Object function, byte[] bytes) {
        if (isPlain(function.getClass())) {
            encoded.get(function.getClass()).set(bytes);
        }
    }

    /** The function of those bytes; made if it is not known. */
    @Nullable
    Object made(byte[] bytes, Supplier<@Nullable Object> make) {
        if (bytes.length > LARGEST) {
            return make.get();
        }
        int slot = Arrays.hashCode(bytes) & (SLOTS - 1);
        Made known = made.get(slot);
        if (known != null && Arrays.equals(known.bytes(), bytes)) {
            return known.function();
        }
        Object function = make.get();
        if (function != null && isPlain(function.getClass())) {
            made.set(slot, new Made(bytes, function));
        }
        return function;
    }

    /** Of a lambda or method reference, each captured value is a field. */
    private static boolean isPlain(Class<?> type) {
        return type.isHidden()
                && type.isSynthetic()
                && type.getDeclaredFields().length == 0
                && !type.getName().startsWith(OF_SESSION);
    }
}
