package io.github.clusterpool.code;

import java.lang.invoke.MethodHandleInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A serialisable lambda or method reference taken apart: plain data, to be made again by {@link Lambdas#make}.
 *
 * @param capturingClass the class whose source holds the lambda, as {@link Class#getName} spells it
 * @param digest SHA-256 of that class's bytes on the caller's side; not to be changed
 * @param functionalInterface the interface it implements, spelt likewise
 * @param interfaceMethod the interface's one abstract method
 * @param interfaceSignature that method's descriptor
 * @param implKind the kind of the implementing method, one of {@link MethodHandleInfo}'s {@code REF_} numbers
 * @param implClass the class of the implementing method
 * @param implMethod the implementing method
 * @param implSignature its descriptor
 * @param instantiatedType the interface method's descriptor with its type variables filled in
 * @param captured the captured values in order, {@code this} or a receiver first; may hold null, and lambdas not yet
 *     taken apart
 */
public record LambdaForm(
        String capturingClass,
        byte[] digest,
        String functionalInterface,
        String interfaceMethod,
        String interfaceSignature,
        int implKind,
        String implClass,
        String implMethod,
        String implSignature,
        String instantiatedType,
        List<@Nullable Object> captured) {

    /** Keeps its own unmodifiable copy of {@code captured}. */
    public LambdaForm {
        captured = Collections.unmodifiableList(new ArrayList<>(captured));
    }

    /** Returns the same lambda with other captured values, such as ones that have been encoded or decoded. */
    public LambdaForm withCaptured(List<@Nullable Object> values) {
        return new LambdaForm(
                capturingClass,
                digest,
                functionalInterface,
                interfaceMethod,
                interfaceSignature,
                implKind,
                implClass,
                implMethod,
                implSignature,
                instantiatedType,
                values);
    }

    /** Returns what this is and where it was written, such as {@code the lambda in demo.Main}. */
    public String describe() {
        return isMethodReference()
                ? "the method reference " + implClass + "::" + implMethod + " in " + capturingClass
                : "the lambda in " + capturingClass;
    }

    /**
     * Returns the type of the {@code this} that a lambda's body captured, or empty if it did not; a method reference has a
     * receiver instead.
     */
    public Optional<String> capturedThis() {
        return hasReceiver() && !isMethodReference() ? Optional.of(typeOf(captured.get(0))) : Optional.empty();
    }

    /**
     * Names a captured value for an error message by its role, else by its place, and by its type: {@code 'this'
     * (demo.Main)}, {@code the receiver (java.net.Socket)}, {@code value 2 (java.net.Socket)}.
     *
     * @param index place in {@link #captured}, from 0; the message counts from 1
     */
    public String describeCaptured(int index) {
        var type = " (" + typeOf(captured.get(index)) + ")";
        if (index == 0 && capturedThis().isPresent()) {
            return "'this'" + type;
        }
        return (index == 0 && hasReceiver() ? "the receiver" : "value " + (index + 1)) + type;
    }

    // javac names the method of a lambda's body lambda$…; a method reference names the method it refers to
    private boolean isMethodReference() {
        return !implMethod.startsWith("lambda$");
    }

    private boolean hasReceiver() {
        return !captured.isEmpty()
                && (implKind == MethodHandleInfo.REF_invokeVirtual
                        || implKind == MethodHandleInfo.REF_invokeSpecial
                        || implKind == MethodHandleInfo.REF_invokeInterface);
    }

    private static String typeOf(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        var type = value.getClass();
        var isPlainLambda = type.isHidden() && type.isSynthetic() && type.getInterfaces().length > 0;
        return isPlainLambda ? "a lambda of " + type.getInterfaces()[0].getName() : type.getTypeName();
    }
}
