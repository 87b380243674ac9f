package io.github.clusterpool;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The main of a training JVM: warms what a worker uses, then writes the archive of the classes this has loaded.
 *
 * <p>It writes the archive itself, not at exit, so that it can check and rename it even if the driver is gone by then.
 */
final class ArchiveTraining {
    private static final long AT_MOST_SECONDS = 120;
    /** A name in the tree of {@code VM.class_hierarchy} of classes: {@code |--java.util.ArrayList/null}. */
    private static final Pattern LOADED = Pattern.compile("[\\w.$]+(?=/)");

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

    private static void dump(Path file) throws JMException {
        linkLoadedClasses();
        jcmd("vmCds", "dynamic_dump", file.toString());
    }

    /** JDK 17 leaves out what is loaded but not linked yet, a fifth of it all, unless it dumps at exit. */
    @SuppressWarnings("ReturnValueIgnored") // asking for the constructors links the class
    private static void linkLoadedClasses() throws JMException {
        var loader = ArchiveTraining.class.getClassLoader();
        for (var name : LOADED.matcher(jcmd("vmClassHierarchy"))
                .results()
                .map(MatchResult::group)
                .toList()) {
            try {
                Class.forName(name, false, loader).getDeclaredConstructors();
            } catch (ReflectiveOperationException | LinkageError notLinkable) {
                // then it is not archived either
            }
        }
    }

    /** As {@code jcmd} does it, without a second process. */
    private static String jcmd(String operation, String... arguments) throws JMException {
        var name = new ObjectName("com.sun.management:type=DiagnosticCommand");
        var signature = new String[] {String[].class.getName()};
        return (String)
                ManagementFactory.getPlatformMBeanServer().invoke(name, operation, new Object[] {arguments}, signature);
    }

    /** A training must outlive neither its driver, whose end is the end of the input, nor its time. */
    private static void endInTime() {
        endAfter("clusterpool-stdin", () -> System.in.transferTo(OutputStream.nullOutputStream()));
        endAfter("clusterpool-watchdog", () -> TimeUnit.SECONDS.sleep(AT_MOST_SECONDS));
    }

    private interface Wait {
        void untilOver() throws IOException, InterruptedException;
    }

    private static void endAfter(String name, Wait wait) {
        var thread = new Thread(
                () -> {
                    try {
                        wait.untilOver();
                    } catch (IOException | InterruptedException over) {
                        // over all the same
                    }
                    Runtime.getRuntime().exit(1);
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
