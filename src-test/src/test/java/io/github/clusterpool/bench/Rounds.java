package io.github.clusterpool.bench;

import io.github.clusterpool.Fn;
import io.github.clusterpool.Job;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** One build of the pool in a JVM of its own, which applies a function to many integers for each line that it reads. */
final class Rounds implements AutoCloseable {
    /** Until the JVM has compiled what the rounds run. */
    private static final int WARM_UP = 30;

    private final Process jvm;
    private final PrintStream orders;
    private final BufferedReader answers;

    /** Begins with rounds that nobody sees. */
    Rounds(String classPath, String placement, int workers, int elements) throws IOException {
        jvm = BareJvm.java("-Xmx2g", "-cp", classPath, Rounds.class.getName(), placement, "" + workers, "" + elements)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        orders = new PrintStream(jvm.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = jvm.inputReader(StandardCharsets.UTF_8);
        for (int i = 0; i < WARM_UP; i++) {
            nanos();
        }
    }

    /** What the next round takes. */
    long nanos() throws IOException {
        orders.println();
        return Long.parseLong(answers.readLine());
    }

    @Override
    public void close() throws InterruptedException {
        orders.close();
        jvm.waitFor();
    }

    @SuppressWarnings("SystemOut") // read by whoever started this JVM
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        int workers = Integer.parseInt(args[1]);
        List<Integer> xs = IntStream.range(0, Integer.parseInt(args[2])).boxed().toList();
        PoolConfig config = args[0].equals("processes") ? PoolConfig.processes(workers) : PoolConfig.inProcess(workers);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Fn<Integer, Integer> fn = i -> i + 42;
        Method lapply = Pool.class.getMethod("lapply", Collection.class, Fn.class); // other builds return another class
        try (Pool pool = Pool.open(config)) {
            ((Job<?>) lapply.invoke(pool, List.of(1), fn)).join();
            while (orders.readLine() != null) {
                long begin = System.nanoTime();
                Sample.sink = ((Job<?>) lapply.invoke(pool, xs, fn)).join();
                System.out.println(System.nanoTime() - begin);
            }
        }
    }
}
