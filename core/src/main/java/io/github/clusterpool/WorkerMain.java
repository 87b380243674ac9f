package io.github.clusterpool;

import io.github.clusterpool.net.Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/** The main class of a worker JVM; started by a pool, told what to do on its standard input, gone when that ends. */
public final class WorkerMain {
    /** The argument of one that is started before it is needed. */
    static final String SPARE = "--spare";

    private static final long HOOKS_MILLIS = 1_000;

    private WorkerMain() {}

    /**
     * Takes no arguments, but for {@code --train}: live for a moment, so that a class archive can be made; and for
     * {@code --spare}: live for a moment, and then wait to be told.
     */
    public static void main(String[] args) throws Exception {
        if (List.of(args).equals(List.of("--train"))) {
            Training.run();
            return;
        }
        if (List.of(args).equals(List.of(SPARE))) {
            Training.run();
        }
        InputStream stdin = System.in;
        System.setIn(InputStream.nullInputStream());
        BufferedReader input = new BufferedReader(new InputStreamReader(stdin, StandardCharsets.UTF_8));
        WorkerSetup setup = WorkerSetup.read(input);
        Thread watch = new Thread(() -> exitAtEnd(input), "clusterpool-stdin");
        watch.setDaemon(true);
        watch.start();
        ExitWitness.watch();
        Transport transport = open(setup);
        ActorSystem.create(
                Greeter.create(
                        setup.self(transport.address()),
                        transport.resolve(setup.supervisor()),
                        ClassLoader::getSystemClassLoader,
                        Machine.real(),
                        new BlobFiles()),
                "clusterpool-worker",
                setup.system());
    }

    /** Where it cannot listen as it was told, the loopback address does, too. */
    private static Transport open(WorkerSetup setup) {
        String pool = setup.config().name();
        try {
            return Transport.open(pool, setup.listen(), setup.key(), setup.config());
        } catch (UncheckedIOException e) {
            LoggerFactory.getLogger(WorkerMain.class)
                    .info("pool '{}' uses the loopback address: {}", pool, e.toString());
            return Transport.open(pool, Address.LOOPBACK, setup.key(), setup.config());
        }
    }

    /** The end of the input means that the driver has closed it, or is dead. */
    private static void exitAtEnd(BufferedReader input) {
        try {
            while (input.read() >= 0) {
                // nothing is said after the first line
            }
        } catch (IOException e) {
            // the same as the end
        }
        Thread halt = new Thread(WorkerMain::haltLater, "clusterpool-halt");
        halt.setDaemon(true);
        halt.start();
        System.exit(0);
    }

    /** Shutdown hooks of user code must not keep a JVM that nobody owns any more. */
    private static void haltLater() {
        try {
            Thread.sleep(HOOKS_MILLIS);
        } catch (InterruptedException e) {
            // then now
        }
        Runtime.getRuntime().halt(0);
    }
}
