package io.github.clusterpool;

/** A driver in a JVM of its own, which tells where its worker is reached, and then lives on if it has a second argument. */
public final class SocketsDriver {
    private SocketsDriver() {}

    /** The first argument is the file to write to, the second one that ends it. */
    public static void main(String[] args) throws Exception {
        Ledger ledger = new Ledger(args[0]);
        try (Pool pool = Pool.open(LivePool.config("name = sockets, placement = processes, workers = 1"))) {
            pool.call(() -> 0).join();
            ledger.add(pool.status().workers().get(0).node());
            if (args.length > 1) {
                new Gate(args[1]).pass();
            }
        }
    }
}
