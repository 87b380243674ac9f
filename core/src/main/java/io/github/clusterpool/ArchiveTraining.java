package io.github.clusterpool;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The main of a training JVM: warms what a worker uses, then writes the archive of the classes this has loaded.
 *
 * <p>It writes the archive itself, not at exit, so that it can check and rename it even if the driver is gone by then.
 */
final class ArchiveTraining {
    private static final long AT_MOST_SECONDS = 120;

    private ArchiveTraining() {}

    /** Takes the cache folder, the key and the main class that is called with {@code --train} and must return. */
    public static void main(String[] args) throws Exception {
        endInTime();
        var files = new ArchiveFolder(Path.of(args[0]));
        try (var lock = FileChannel.open(files.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() != null && files.find(args[1]).isEmpty()) {
                train(files, args[1], args[2]);
            }
        }
        System.exit(0);
    }

    private static void train(ArchiveFolder files, String key, String mainClass) throws IOException {
        files.deleteTemporary();
        var temporary = files.temporary(ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ArchiveFolder.deleteQuietly(temporary)));
        try {
            Method main = Class.forName(mainClass).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[] {"--train"});
            dump(temporary);
            files.keep(key, temporary);
        } catch (ReflectiveOperationException | JMException | IOException | RuntimeException failure) {
            files.markFailed(key);
            throw new IOException("training the class archive failed", failure);
        }
    }

    /** The same as {@code jcmd PID VM.cds dynamic_dump FILE}, without a second process. */
    private static void dump(Path file) throws JMException {
        ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmCds",
                        new Object[] {new String[] {"dynamic_dump", file.toString()}},
                        new String[] {String[].class.getName()});
    }

    private static void endInTime() {
        var watchdog = new Thread(() -> {
            try {
                TimeUnit.SECONDS.sleep(AT_MOST_SECONDS);
            } catch (InterruptedException ended) {
                return;
            }
            Runtime.getRuntime().exit(1);
        });
        watchdog.setDaemon(true);
        watchdog.start();
    }
}
