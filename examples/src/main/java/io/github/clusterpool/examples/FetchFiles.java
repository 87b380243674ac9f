package io.github.clusterpool.examples;

import io.github.clusterpool.Env;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Fetches files from a slow server, one by one and then on eight worker JVMs, and checks every digest. */
public final class FetchFiles {
    private FetchFiles() {}

    /** Takes the number of files, 2,000 by default. */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 2_000;
        try (SlowServer server = SlowServer.start();
                Pool pool = Pool.open(PoolConfig.processes(8))) {
            URI first = server.file(0);
            List<URI> files = IntStream.range(0, count).mapToObj(server::file).toList();
            // A client cannot travel, so each worker makes its own, once; so does a worker that replaces a dead one.
            List<String> connected = pool.evalq(() -> {
                        HttpClient http = client();
                        Env.put("http", http);
                        return sha256(fetch(first, http));
                    })
                    .join();
            System.out.println(count + " files, " + connected.size() + " worker JVMs");
            HttpClient http = client();
            fetch(first, http);
            long start = System.nanoTime();
            List<String> oneByOne = new ArrayList<>();
            for (URI file : files) {
                oneByOne.add(sha256(fetch(file, http)));
            }
            double alone = print("one by one", start);
            start = System.nanoTime();
            List<String> pooled = pool.lapply(files, file -> sha256(fetch(file, Env.get("http"))))
                    .join();
            double together = print("on the pool", start);
            System.out.printf(Locale.ROOT, "ratio       %6.1f%n", alone / together);

            List<String> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                expected.add(sha256(SlowServer.content(i)));
            }
            boolean match = expected.equals(oneByOne) && expected.equals(pooled);
            System.out.println("digests     " + (match ? "all match" : "do not match"));
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static byte[] fetch(URI file, HttpClient http) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(file).build(), BodyHandlers.ofByteArray())
                .body();
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static double print(String what, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "%-11s %6.2f s%n", what, seconds);
        return seconds;
    }
}
