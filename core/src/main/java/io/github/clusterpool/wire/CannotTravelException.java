package io.github.clusterpool.wire;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/** A value that cannot be sent; says where in what was given, which class, and what to do instead. */
public final class CannotTravelException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 4;

    private final transient Deque<String> steps = new ArrayDeque<>();
    private final String className;
    private final String reason;
    private String path = "";
    private boolean tooLarge;

    /**
     * For an {@link Extension}; the codec adds the way to the value.
     *
     * @param className what cannot travel
     * @param reason a sentence with the next step, like {@code a java.net.Socket cannot travel; open it on the worker instead}
     */
    public CannotTravelException(String className, String reason) {
        this(className, reason, null);
    }

    /** The same with a cause. */
    public CannotTravelException(String className, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.className = className;
        this.reason = reason;
    }

    static CannotTravelException tooLarge(long limit) {
        CannotTravelException e = new CannotTravelException(
                "byte[]", "the encoded bytes must be at most " + limit + " (maxBytes), got more; send less at once");
        e.tooLarge = true;
        return e;
    }

    /** Whether size alone is what is wrong. */
    public boolean isTooLarge() {
        return tooLarge;
    }

    /** The way from what was given to what cannot travel, like {@code element 3, component 'socket' of demo.Job}; may be empty. */
    public String path() {
        return path;
    }

    /** The class that cannot travel. */
    public String className() {
        return className;
    }

    /** What is wrong and the next step, without the path. */
    public String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return path.isEmpty() ? reason : path + ": " + reason;
    }

    /** Adds an outer step. A path through something nested or cyclic may be long: its ends tell enough. */
    CannotTravelException within(String step) {
        steps.addFirst(step);
        if (steps.size() <= 2 * SHOWN) {
            path = String.join(", ", steps);
        } else {
            List<String> all = new ArrayList<>(steps);
            path = String.join(", ", all.subList(0, SHOWN)) + ", …, "
                    + String.join(", ", all.subList(all.size() - SHOWN, all.size()));
        }
        return this;
    }

    /** For a class that does not travel, with the step that fits it. */
    static CannotTravelException of(Class<?> type) {
        return new CannotTravelException(type.getName(), subject(type) + " cannot travel; " + advice(type));
    }

    private static String subject(Class<?> type) {
        if (isLambda(type)) {
            return "a lambda of " + type.getName().replaceFirst("\\$\\$Lambda.*", "");
        }
        if (type.isAnonymousClass()) {
            Class<?> base = type.getInterfaces().length > 0 ? type.getInterfaces()[0] : type.getSuperclass();
            return "an anonymous " + base.getName() + " (" + type.getName() + ")";
        }
        return "a " + type.getTypeName();
    }

    private static String advice(Class<?> type) {
        if (isLambda(type)) {
            return "its type must be one of the pool's function types or Serializable";
        }
        if (type.isArray()) {
            return "its element type must be a JDK data type, an interface, a record or an enum";
        }
        if (type.isRecord() || type.isEnum()) {
            return "its package is not allowed by the rules";
        }
        if (isOpenResource(type)) {
            return "open it on the worker instead";
        }
        if (type.getName().startsWith("java.util.concurrent.atomic.")) {
            return "every copy would count for itself, so send its value";
        }
        if (Date.class.isAssignableFrom(type) || Calendar.class.isAssignableFrom(type)) {
            return "send the java.time type it can be turned into";
        }
        if (Throwable.class.isAssignableFrom(type)) {
            return "send its class name and message";
        }
        if (type == Class.class) {
            return "send its name";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return copyAdvice(type, "java.util.ArrayList or java.util.LinkedHashSet");
        }
        if (Map.class.isAssignableFrom(type)) {
            return copyAdvice(type, "java.util.LinkedHashMap");
        }
        if (type.getName().startsWith("jdk.") || type.getName().startsWith("sun.")) {
            return "make it on the worker instead";
        }
        return type.getName().startsWith("java.") ? "send what it holds, for instance as a record" : "make it a record";
    }

    private static String copyAdvice(Class<?> type, String target) {
        return isOfJdk(type)
                ? "copy it into a " + target + " first"
                : "only the JDK's own collections do, so copy it into a " + target + " first";
    }

    private static boolean isLambda(Class<?> type) {
        return type.isSynthetic() && type.getName().contains("$$Lambda");
    }

    private static boolean isOpenResource(Class<?> type) {
        return AutoCloseable.class.isAssignableFrom(type)
                || Thread.class.isAssignableFrom(type)
                || ThreadGroup.class.isAssignableFrom(type)
                || Executor.class.isAssignableFrom(type)
                || Future.class.isAssignableFrom(type)
                || Lock.class.isAssignableFrom(type)
                || Process.class.isAssignableFrom(type)
                || ClassLoader.class.isAssignableFrom(type)
                || BaseStream.class.isAssignableFrom(type)
                || Iterator.class.isAssignableFrom(type)
                || Proxy.class.isAssignableFrom(type);
    }

    private static boolean isOfJdk(Class<?> type) {
        return type.getName().startsWith("java.");
    }
}
