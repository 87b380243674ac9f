package io.github.clusterpool.examples;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/** Runs an example by its name: {@code java -jar clusterpool-examples.jar QuickStart}. */
public final class Main {
    private interface Example {
        void run(String[] args) throws Exception;
    }

    private static final Map<String, Example> EXAMPLES = new TreeMap<>(Map.of(
            "QuickStart", QuickStart::main,
            "FetchFiles", FetchFiles::main,
            "JarAudit", JarAudit::main,
            "MessageClient", MessageClient::main,
            "StreamFiles", StreamFiles::main,
            "ShipCode", ShipCode::main));

    private Main() {}

    /** Takes an example's name and its arguments. */
    public static void main(String[] args) throws Exception {
        System.exit(run(args));
    }

    /** Returns the exit code: 2 if there is no such example. */
    static int run(String... args) throws Exception {
        if (args.length == 0) {
            System.out.println("""
                    usage: java -jar clusterpool-examples.jar NAME [ARGUMENT]
                      QuickStart          the pool's verbs in one session
                      FetchFiles [COUNT]  fetch files from a slow server: one by one, then on 8 worker JVMs
                      JarAudit [FOLDER]   what the jars of the local Maven repository hold, and hold twice
                      MessageClient       an actor that uses the pool by messages alone
                      StreamFiles [COUNT] digests of files from an endless source, in constant memory
                      ShipCode            classes and a library that only this JVM has""");
            return 0;
        }
        LoggerFactory.getILoggerFactory(); // or SLF4J warns that an ActorSystem's threads found it not ready
        Example example = EXAMPLES.get(args[0]);
        if (example == null) {
            System.err.println("example must be one of " + String.join(", ", EXAMPLES.keySet()) + ", got " + args[0]);
            return 2;
        }
        example.run(Arrays.copyOfRange(args, 1, args.length));
        return 0;
    }
}
