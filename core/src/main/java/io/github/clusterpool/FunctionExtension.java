package io.github.clusterpool;

import io.github.clusterpool.code.LambdaException;
import io.github.clusterpool.code.LambdaForm;
import io.github.clusterpool.code.Lambdas;
import io.github.clusterpool.wire.CannotTravelException;
import io.github.clusterpool.wire.Extension;
import io.github.clusterpool.wire.MalformedValueException;
import io.github.clusterpool.wire.ValueCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets lambdas and method references of our function interfaces, and of an executor's, travel, wherever in a value they are. */
final class FunctionExtension implements Extension<Object> {
    static final Set<String> INTERFACES = Set.of(
            Fn0.class.getName(),
            Fn.class.getName(),
            Fn2.class.getName(),
            Fn3.class.getName(),
            PoolExecutor.Action.class.getName(),
            Callable.class.getName(),
            Runnable.class.getName(),
            Supplier.class.getName());
    private static final int PARTS = 11;

    private final Lambdas lambdas = new Lambdas(INTERFACES::contains);
    private final Consumer<@Nullable ClassLoader> used;
    private @Nullable ValueCodec codec;
    private volatile @Nullable ValueCodec last; // with the loader that was asked for last

    /** Tells {@code used} of the loader of each function that travels. */
    FunctionExtension(Consumer<@Nullable ClassLoader> used) {
        this.used = used;
    }

    /** Captured values travel as any others; the codec that has this extension is not there when it is made. */
    void encodeCapturedWith(ValueCodec values) {
        codec = values;
    }

    @Override
    public String name() {
        return "fn";
    }

    @Override
    public boolean handles(Class<?> type) {
        return type.isHidden() && type.isSynthetic();
    }

    @Override
    public List<@Nullable Object> parts(Object lambda) {
        LambdaForm form = take(lambda);
        List<@Nullable Object> parts = new ArrayList<>(Arrays.asList(
                form.capturingClass(),
                form.digest(),
                form.functionalInterface(),
                form.interfaceMethod(),
                form.interfaceSignature(),
                form.implKind(),
                form.implClass(),
                form.implMethod(),
                form.implSignature(),
                form.instantiatedType()));
        parts.add(captured(form));
        return parts;
    }

    private static CannotTravelException refused(Object lambda, LambdaException e) {
        return new CannotTravelException(lambda.getClass().getName(), String.valueOf(e.getMessage()), e);
    }

    private LambdaForm take(Object lambda) {
        try {
            used.accept(lambda.getClass().getClassLoader());
            return lambdas.take(lambda);
        } catch (LambdaException e) {
            throw refused(lambda, e);
        }
    }

    /** All together, so that what they share stays shared. */
    private byte[] captured(LambdaForm form) {
        try {
            return codec().encode(new ArrayList<>(form.captured()));
        } catch (CannotTravelException e) {
            throw e.isTooLarge() ? e : refused(form, e);
        }
    }

    private CannotTravelException refused(LambdaForm form, CannotTravelException together) {
        for (int i = 0; i < form.captured().size(); i++) {
            try {
                codec().encode(form.captured().get(i));
            } catch (CannotTravelException e) {
                return refused(form, i, e);
            }
        }
        return together;
    }

    private static CannotTravelException refused(LambdaForm form, int index, CannotTravelException e) {
        Object value = form.captured().get(index);
        boolean isThis = index == 0 && form.capturedThis().isPresent();
        boolean isItself =
                value != null && e.className().equals(value.getClass().getName());
        String nextStep = isThis
                ? "copy the fields you need into local variables first"
                : isItself ? nextStep(e.reason()) : e.getMessage();
        return new CannotTravelException(
                e.className(),
                form.describe() + " captures " + form.describeCaptured(index) + ", which cannot travel; " + nextStep,
                e);
    }

    private static String nextStep(String reason) {
        int at = reason.indexOf("; ");
        return at < 0 ? reason : reason.substring(at + 2);
    }

    @Override
    public Object make(List<@Nullable Object> parts, ClassLoader loader) {
        if (parts.size() != PARTS) {
            throw new MalformedValueException("a function must have " + PARTS + " parts, got " + parts.size());
        }
        byte[] encoded = part(parts.get(PARTS - 1), byte[].class);
        if (!(codec(loader).decode(encoded) instanceof List<?> captured)) {
            throw new MalformedValueException("what a function captures must be a list");
        }
        LambdaForm form = new LambdaForm(
                text(parts, 0),
                part(parts.get(1), byte[].class),
                text(parts, 2),
                text(parts, 3),
                text(parts, 4),
                part(parts.get(5), Integer.class),
                text(parts, 6),
                text(parts, 7),
                text(parts, 8),
                text(parts, 9),
                new ArrayList<>(captured));
        return lambdas.make(form, loader);
    }

    private static String text(List<@Nullable Object> parts, int index) {
        return part(parts.get(index), String.class);
    }

    private static <T> T part(@Nullable Object part, Class<T> type) {
        if (!type.isInstance(part)) {
            throw new MalformedValueException("a part of a function must be a " + type.getSimpleName());
        }
        return type.cast(part);
    }

    /** As loaders are few, and a codec learns what its loader has. */
    private ValueCodec codec(ClassLoader loader) {
        ValueCodec known = last;
        if (known == null || !known.usesLoader(loader)) {
            known = codec().withLoader(loader);
            last = known;
        }
        return known;
    }

    private ValueCodec codec() {
        if (codec == null) {
            throw new IllegalStateException("encodeCapturedWith must be called first");
        }
        return codec;
    }
}
