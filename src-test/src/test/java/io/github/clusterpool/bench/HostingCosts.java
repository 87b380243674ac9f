package io.github.clusterpool.bench;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.ClusterNode;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What it costs that the nodes host a pool, whose commands are copied to two others, against one that its driver has; and
 * what a client on another member pays for the way. All members are in this JVM, over Artery, so that they share its moods.
 */
public final class HostingCosts {
    private static final int WORKERS = 2;
    private static final int ROUNDS = 15;
    private static final int SINGLES = 50;

    private HostingCosts() {}

    public static void main(String[] args) throws Exception {
        String security = args.length > 0 ? args[0] : "none";
        Path home = Files.createTempDirectory("clusterpool-hosting");
        try (ClusterNode first = ClusterNode.start(config(home, security, "", "a"));
                ClusterNode second = ClusterNode.start(config(home, security, first.address(), "b"));
                ClusterNode third = ClusterNode.start(config(home, security, first.address(), "c"));
                Pool own = Pool.open(config(home, security, second.address(), "own"));
                Pool guest = Pool.connect(config(home, security, first.address(), "own"));
                Pool hosted = Pool.open(
                        config(home, security, third.address(), "hosted").onCluster())) {
            System.out.println("security " + security + ", ratios to the pool of a driver");
            Table table = new Table();
            measure(table, 1, SINGLES, own, guest, hosted);
            measure(table, 1_000, 10, own, guest, hosted);
            measure(table, 200_000, 1, own, guest, hosted);
        }
    }

    private static PoolConfig config(Path home, String security, String join, String name) throws IOException {
        return PoolConfig.from(ConfigFactory.parseString("""
                clusterpool {
                  name = %s, placement = cluster, workers = %d, security = %s
                  cluster { home = "%s", join = "%s", slots = 4, node-name = "%s" }
                }
                """.formatted(name, WORKERS, security, home, join, name))
                .withFallback(ConfigFactory.load()));
    }

    private static void measure(Table table, int elements, int times, Pool own, Pool guest, Pool hosted) {
        List<Integer> xs = IntStream.range(0, elements).boxed().toList();
        Sample[] samples = Sample.inTurn(ROUNDS, jobs(own, xs, times), jobs(guest, xs, times), jobs(hosted, xs, times));
        String[] names = {"driver's pool, its driver", "driver's pool, another member", "hosted pool"};
        for (int i = 0; i < samples.length; i++) {
            table.add(
                    "lapply of " + elements + ", " + names[i],
                    String.format(Locale.ROOT, "%.3f ms", samples[i].median() / 1e6 / times),
                    String.format(Locale.ROOT, "%.2f", samples[i].median() / samples[0].median()),
                    samples[i]);
        }
    }

    private static Supplier<Object> jobs(Pool pool, List<Integer> xs, int times) {
        return () -> {
            Object last = null;
            for (int i = 0; i < times; i++) {
                last = pool.lapply(xs, x -> x + 42).join();
            }
            return last;
        };
    }
}
