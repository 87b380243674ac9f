package io.github.clusterpool.code;

import java.io.IOException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What a class that holds lambdas is asked for: the digest of its bytes and its lambdas. */
final class CapturingClass {
    private static final ClassValue<CapturingClass> CACHE = new ClassValue<>() {
        @Override
        protected CapturingClass computeValue(Class<?> type) {
            return new CapturingClass(type);
        }
    };

    private final Class<?> type;
    private final byte[] digest;
    private final Method deserialize;

    private CapturingClass(Class<?> type) {
        this.type = type;
        this.deserialize = deserializer(type);
        var shipped = ShippedLoader.digestOf(type);
        this.digest = shipped != null ? HexFormat.of().parseHex(shipped) : Sha256.of(bytes(type));
    }

    private static CapturingClass of(Class<?> type) {
        return ReplVariables.isOfRepl(OwnCode.path(type.getName())) ? new CapturingClass(type) : CACHE.get(type);
    }

    /** Loads but does not initialise the class: only a digest that matches may run its code. */
    static CapturingClass load(String name, @Nullable ClassLoader loader) {
        try {
            return of(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            throw new LambdaException.ClassMissing(name, e);
        }
    }

    /** The same, of that build if there are several. */
    static CapturingClass load(String name, byte[] digest, ClassLoader loader) {
        try {
            if (loader instanceof ShippedLoader shipped) {
                return of(shipped.load(name, HexFormat.of().formatHex(digest)));
            }
            return loader instanceof OriginLoader driver ? among(driver, name, digest) : load(name, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new LambdaException.ClassMissing(name, e);
        }
    }

    private static CapturingClass among(OriginLoader driver, String name, byte[] digest) throws ClassNotFoundException {
        for (var type : driver.all(name)) {
            var capturing = of(type);
            if (MessageDigest.isEqual(digest, capturing.digest)) {
                return capturing;
            }
        }
        return load(name, driver);
    }

    Class<?> type() {
        return type;
    }

    byte[] digest() {
        return digest.clone();
    }

    void requireDigest(byte[] callers) {
        if (!MessageDigest.isEqual(callers, digest)) {
            throw new LambdaException.OtherBuild(
                    type.getName(), callers, digest, type.getClassLoader() instanceof ShippedLoader);
        }
    }

    Object make(SerializedLambda lambda) {
        try {
            return deserialize.invoke(null, lambda);
        } catch (InvocationTargetException e) {
            throw notMade(e.getCause() == null ? e : e.getCause());
        } catch (LinkageError e) {
            throw notMade(e);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    // IllegalArgumentException: no such lambda here; ClassCastException: captured values of other types
    private LambdaException notMade(Throwable cause) {
        return cause instanceof LinkageError
                ? new LambdaException.ClassMissing(type.getName(), cause)
                : new LambdaException.NotMadeThere(type.getName(), String.valueOf(cause), cause);
    }

    private static Method deserializer(Class<?> type) {
        try {
            var method = type.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
            if (!method.isSynthetic() || !Modifier.isStatic(method.getModifiers())) {
                throw new LambdaException.NotMadeThere(type.getName(), "a method of the source", null);
            }
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            throw new LambdaException.NotMadeThere(type.getName(), "no such method", null);
        } catch (InaccessibleObjectException e) {
            throw closed(type, e);
        }
    }

    static LambdaException closed(Class<?> type, InaccessibleObjectException cause) {
        var nextStep = "open package " + type.getPackageName() + " in its module-info to "
                + (CapturingClass.class.getModule().isNamed()
                        ? CapturingClass.class.getModule().getName()
                        : "all");
        return new LambdaException.Unreadable(type.getName(), "a package closed to reflection", nextStep, cause);
    }

    private static byte[] bytes(Class<?> type) {
        var file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (var in = type.getResourceAsStream(file)) {
            if (in == null) {
                throw unreadable(type, "no bytes from its class loader", null);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw unreadable(type, String.valueOf(e), e);
        }
    }

    private static LambdaException unreadable(Class<?> type, String got, @Nullable IOException cause) {
        return new LambdaException.Unreadable(
                type.getName(), got, "compile it to a class file, or send the function as a script", cause);
    }
}
