package io.github.clusterpool.code;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes serialisable lambdas apart on the caller's side and makes them again on the worker's, without Java
 * serialization.
 *
 * <p>A lambda is made by the class it was written in, and only if that class is the same build on both sides.
 * Thread-safe.
 */
public final class Lambdas {
    // a class of a serialisable lambda -> its writeReplace
    private static final ClassValue<Optional<Method>> WRITE_REPLACE = new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
            return writeReplace(type);
        }
    };

    private final Predicate<String> allowedInterface;

    /**
     * Creates the one side of a lambda's way; both sides need the same {@code allowedInterface}.
     *
     * @param allowedInterface tells by name ({@link Class#getName}) which functional interfaces may travel
     */
    public Lambdas(Predicate<String> allowedInterface) {
        this.allowedInterface = allowedInterface;
    }

    /**
     * Tells whether {@link #take} can look into the value: a lambda or method reference of a Serializable interface.
     * False for lambdas of other interfaces and for ordinary, anonymous, record and enum classes.
     */
    public boolean isLambda(@Nullable Object value) {
        return value != null && WRITE_REPLACE.get(value.getClass()).isPresent();
    }

    /**
     * Takes a lambda apart; its captured values stay as they are.
     *
     * @throws LambdaException if it is no lambda, its interface is not allowed, or its class has no readable bytes or
     *     could not make it again
     */
    public LambdaForm take(Object lambda) {
        var type = lambda.getClass();
        var data = serialized(lambda);
        var functionalInterface = dotted(data.getFunctionalInterfaceClass());
        var capturingClass = dotted(data.getCapturingClass());
        requireAllowed(capturingClass, functionalInterface);
        ReplVariables.requireNone(data, type.getClassLoader());
        return new LambdaForm(
                capturingClass,
                CapturingClass.load(capturingClass, type.getClassLoader()).digest(),
                functionalInterface,
                data.getFunctionalInterfaceMethodName(),
                data.getFunctionalInterfaceMethodSignature(),
                data.getImplMethodKind(),
                dotted(data.getImplClass()),
                data.getImplMethodName(),
                data.getImplMethodSignature(),
                data.getInstantiatedMethodType(),
                captured(data));
    }

    /**
     * Makes a lambda again; nothing of its class runs before interface and build are found right.
     *
     * @param loader finds the class the lambda was written in
     * @throws LambdaException if the interface is not allowed, or the class is missing, another build, or does not
     *     yield the lambda
     */
    public Object make(LambdaForm form, ClassLoader loader) {
        requireAllowed(form.capturingClass(), form.functionalInterface());
        var capturing = CapturingClass.load(form.capturingClass(), form.digest(), loader);
        capturing.requireDigest(form.digest());
        return capturing.make(new SerializedLambda(
                capturing.type(),
                slashed(form.functionalInterface()),
                form.interfaceMethod(),
                form.interfaceSignature(),
                form.implKind(),
                slashed(form.implClass()),
                form.implMethod(),
                form.implSignature(),
                form.instantiatedType(),
                form.captured().toArray()));
    }

    /**
     * Makes a lambda of this JVM again of what serialization shows of it.
     *
     * @param loader finds the class the lambda was written in
     * @throws LambdaException as for {@link #make(LambdaForm, ClassLoader)}
     */
    public Object make(SerializedLambda data, ClassLoader loader) {
        var capturingClass = dotted(data.getCapturingClass());
        requireAllowed(capturingClass, dotted(data.getFunctionalInterfaceClass()));
        return CapturingClass.load(capturingClass, loader).make(data);
    }

    private void requireAllowed(String capturingClass, String functionalInterface) {
        if (!allowedInterface.test(functionalInterface)) {
            throw new LambdaException.ForeignInterface(capturingClass, functionalInterface);
        }
    }

    private static SerializedLambda serialized(Object lambda) {
        var type = lambda.getClass();
        var method = WRITE_REPLACE.get(type).orElseThrow(() -> new LambdaException.NotALambda(type.getTypeName()));
        try {
            method.setAccessible(true);
            return (SerializedLambda) method.invoke(lambda);
        } catch (InaccessibleObjectException e) {
            throw CapturingClass.closed(type, e);
        } catch (InvocationTargetException | ClassCastException e) {
            throw new LambdaException.NotALambda(type.getTypeName());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<Method> writeReplace(Class<?> type) {
        // only what LambdaMetafactory spins is both: nobody's own writeReplace is ever called
        if (!type.isSynthetic() || !type.isHidden()) {
            return Optional.empty();
        }
        try {
            return Optional.of(type.getDeclaredMethod("writeReplace"));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static List<@Nullable Object> captured(SerializedLambda data) {
        var values = new ArrayList<@Nullable Object>();
        for (int i = 0; i < data.getCapturedArgCount(); i++) {
            values.add(data.getCapturedArg(i));
        }
        return values;
    }

    private static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }

    private static String slashed(String name) {
        return name.replace('.', '/');
    }
}
