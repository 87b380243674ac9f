package io.github.clusterpool.code;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A lambda could not be taken apart or made again; each reason is a type of its own. */
public abstract sealed class LambdaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private LambdaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The value is no serialisable lambda. */
    public static final class NotALambda extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String type;

        NotALambda(String type) {
            super(
                    "value must be a lambda or method reference of a Serializable interface, got " + type
                            + "; declare it with one of the pool's function interfaces",
                    null);
            this.type = type;
        }

        /** Returns the value's class. */
        public String type() {
            return type;
        }
    }

    /** The lambda implements an interface that is not one of the allowed ones. */
    public static final class ForeignInterface extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String capturingClass;
        private final String functionalInterface;

        ForeignInterface(String capturingClass, String functionalInterface) {
            super(
                    "the lambda in " + capturingClass + " must implement an allowed function interface, got "
                            + functionalInterface + "; declare it with one of the pool's function interfaces",
                    null);
            this.capturingClass = capturingClass;
            this.functionalInterface = functionalInterface;
        }

        /** Returns the class that holds the lambda. */
        public String capturingClass() {
            return capturingClass;
        }

        /** Returns the interface that was refused. */
        public String functionalInterface() {
            return functionalInterface;
        }
    }

    /** The class that holds the lambda is not there, or not whole, on this side. */
    public static final class ClassMissing extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String className;

        ClassMissing(String className, Throwable cause) {
            super(text(className, cause), cause);
            this.className = className;
        }

        /** A class that is too new says so itself, and what to do. */
        private static String text(String className, Throwable cause) {
            return cause instanceof UnsupportedClassVersionError
                    ? String.valueOf(cause.getMessage())
                    : "class " + className + " must be loadable on this side to run its lambda, got " + cause
                            + "; put the caller's jar on the worker's class path";
        }

        /** Returns the missing class. */
        public String className() {
            return className;
        }
    }

    /** The class that holds the lambda is another build on this side than on the caller's. */
    public static final class OtherBuild extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String className;

        OtherBuild(String className, byte[] callers, byte[] here, boolean shipped) {
            super(
                    "class " + className + " must be the same build on both sides, got " + brief(callers)
                            + " from the caller and " + brief(here)
                            + (shipped
                                    ? " here, which was sent before; call init, then send the other one"
                                    : " here; restart the workers with the caller's build"),
                    null);
            this.className = className;
        }

        /** Returns the class that differs. */
        public String className() {
            return className;
        }

        private static String brief(byte[] digest) {
            return HexFormat.of().formatHex(digest, 0, Math.min(4, digest.length));
        }
    }

    /** The lambda uses a variable of JShell, which lives in the session's JVM alone. */
    public static final class ReplVariable extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String variable;

        ReplVariable(String variable) {
            super(
                    "the function must not use variables of the JShell session, got " + variable
                            + ", which the workers do not have; export it and read it by Env.get, or make the function in a"
                            + " method that takes it as an argument",
                    null);
            this.variable = variable;
        }

        /** Returns the variable's name. */
        public String variable() {
            return variable;
        }
    }

    /** The JShell session has defined something anew that workers have as it was before. */
    public static final class Redefined extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String className;

        Redefined(String className) {
            super(
                    "the function must not come after what the JShell session has defined anew, got another "
                            + className + " than workers have; call init, then send the function",
                    null);
            this.className = className;
        }

        /** Returns the class that differs. */
        public String className() {
            return className;
        }
    }

    /** The class is the right one but does not yield such a lambda. */
    public static final class NotMadeThere extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String className;

        NotMadeThere(String className, String got, @Nullable Throwable cause) {
            super(
                    "class " + className + " must yield the lambda through its own $deserializeLambda$, got " + got
                            + "; compile it with javac and keep that method when shrinking the jar",
                    cause);
            this.className = className;
        }

        /** Returns the class that was asked. */
        public String className() {
            return className;
        }
    }

    /** The class that holds the lambda cannot be compared with other builds or is closed to reflection. */
    public static final class Unreadable extends LambdaException {
        private static final long serialVersionUID = 1L;
        private final String className;

        Unreadable(String className, String got, String nextStep, @Nullable Throwable cause) {
            super(
                    "class " + className + " must be readable for its lambda to travel, got " + got + "; " + nextStep,
                    cause);
            this.className = className;
        }

        /** Returns the class that cannot be read. */
        public String className() {
            return className;
        }
    }
}
