package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;

/**
 * A class, resource or jar that worker JVMs got from the driver.
 *
 * @param name of the class, as {@link Class#getName} spells it; of anything else the path
 * @param digest SHA-256 of its bytes, in hexadecimal digits
 * @param origin where the driver has it: a URL, or its class loader
 * @param size in bytes
 */
public record ShippedClass(String name, String digest, String origin, long size) {
    private static final String CLASS = ".class";

    static ShippedClass of(ClassOrigins.Sent sent) {
        String path = sent.path();
        String name = path.endsWith(CLASS)
                ? path.substring(0, path.length() - CLASS.length()).replace('/', '.')
                : path;
        return new ShippedClass(name, sent.digest(), sent.origin(), sent.size());
    }
}
