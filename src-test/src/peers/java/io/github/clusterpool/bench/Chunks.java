package io.github.clusterpool.bench;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** For who has no map of its own: the list is cut as its manual says, here into four parts for each worker. */
@SuppressWarnings("NonApiType") // what is sent must be Serializable
final class Chunks implements Callable<ArrayList<Integer>>, Serializable {
    private static final int FOR_EACH_WORKER = 4;
    private static final long serialVersionUID = 1;

    private final ArrayList<Integer> xs;

    private Chunks(ArrayList<Integer> xs) {
        this.xs = xs;
    }

    static List<Chunks> of(List<Integer> xs, int workers) {
        int size = Math.max(1, (xs.size() + workers * FOR_EACH_WORKER - 1) / (workers * FOR_EACH_WORKER));
        List<Chunks> chunks = new ArrayList<>();
        for (int from = 0; from < xs.size(); from += size) {
            chunks.add(new Chunks(new ArrayList<>(xs.subList(from, Math.min(xs.size(), from + size)))));
        }
        return chunks;
    }

    @Override
    public ArrayList<Integer> call() {
        ArrayList<Integer> results = new ArrayList<>(xs.size());
        for (int x : xs) {
            results.add(x + 1);
        }
        return results;
    }
}
