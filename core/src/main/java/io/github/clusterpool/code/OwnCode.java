package io.github.clusterpool.code;

import java.security.CodeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is the library's own and so never shipped: its classes, and those that its API hands to user code. */
final class OwnCode {
    private static final String PREFIX = "io.github.clusterpool.";
    private static final List<String> OF_OUR_API =
            List.of("java.", "org.slf4j.", "org.apache.pekko.", "scala.", "com.typesafe.config.", "org.jspecify.");

    private OwnCode() {}

    static String path(String className) {
        return className.replace('.', '/') + ".class";
    }

    static boolean isClass(String path) {
        return path.endsWith(".class");
    }

    /** Whether that class is the node's own, whoever asks; user code, too, may live in a package below ours. */
    static boolean isOwn(String className, ClassLoader node) {
        return OF_OUR_API.stream().anyMatch(className::startsWith)
                || (className.startsWith(PREFIX) && isOfOurJar(className, node));
    }

    private static boolean isOfOurJar(String className, ClassLoader node) {
        try {
            CodeSource ours = source(OwnCode.class);
            CodeSource its = source(Class.forName(className, false, node));
            return ours != null && its != null && ours.getLocation().equals(its.getLocation());
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static @Nullable CodeSource source(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }
}
