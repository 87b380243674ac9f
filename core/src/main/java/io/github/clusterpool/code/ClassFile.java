package io.github.clusterpool.code;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;

/** What can be read off a class file without loading it. */
final class ClassFile {
    private static final int VERSION_OF_JAVA_0 = 44;

    private ClassFile() {}

    /** The JVM's own message for this names numbers that few people know, and no way out. */
    static void requireRunnable(String name, byte[] file) {
        int version = file.length < 8 ? 0 : (file[6] & 0xff) << 8 | (file[7] & 0xff);
        int java = version - VERSION_OF_JAVA_0;
        int here = Runtime.version().feature();
        if (java > here) {
            throw new UnsupportedClassVersionError("class " + name + " must be compiled for Java " + here
                    + " or older to run on this worker, got Java " + java + "; compile it with --release " + here
                    + ", or run the workers on Java " + java);
        }
    }

    /** Paths of the class files that this one names; none if it cannot be read. */
    static List<String> namedBy(byte[] file) {
        try (var in = new DataInputStream(new ByteArrayInputStream(file))) {
            return ConstantPool.read(in).classes().stream()
                    .map(name -> name + ".class")
                    .toList();
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }
}
