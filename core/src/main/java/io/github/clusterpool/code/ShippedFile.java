package io.github.clusterpool.code;

/**
 * A class or resource that the driver has, as a node hears of it; its bytes go by their digest.
 *
 * @param path as class loaders look it up, such as {@code demo/Main.class}
 * @param digest SHA-256, in hexadecimal digits
 * @param size in bytes
 * @param origin the driver's number for the class loader that has it
 */
public record ShippedFile(String path, String digest, int size, long origin) {}
