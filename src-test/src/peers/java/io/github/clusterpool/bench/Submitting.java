package io.github.clusterpool.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Who has no verbs but one that sends a task: lists are cut into chunks for them. */
abstract class Submitting implements Contestant {
    private int workers;

    @Override
    public final boolean open(int count) throws Exception {
        workers = count;
        return openMembers(count);
    }

    abstract boolean openMembers(int count) throws Exception;

    /** Sends it; what it returns waits for the result. */
    abstract <R> Callable<R> submit(Callable<R> task);

    /** The same for a work, which is none that everybody can send. */
    Callable<Integer> submit(Work work) {
        return submit((Callable<Integer>) work);
    }

    @Override
    public List<Integer> map(List<Integer> xs) throws Exception {
        List<Callable<ArrayList<Integer>>> waiting = new ArrayList<>();
        for (Chunks chunk : Chunks.of(xs, workers)) {
            waiting.add(submit(chunk));
        }
        List<Integer> results = new ArrayList<>(xs.size());
        for (Callable<ArrayList<Integer>> result : waiting) {
            results.addAll(result.call());
        }
        return results;
    }

    @Override
    public void works(List<Work> works) throws Exception {
        List<Callable<Integer>> waiting = new ArrayList<>();
        for (Work work : works) {
            waiting.add(submit(work));
        }
        for (Callable<Integer> result : waiting) {
            result.call();
        }
    }

    @Override
    public void work(Work work) throws Exception {
        submit(work).call();
    }
}
