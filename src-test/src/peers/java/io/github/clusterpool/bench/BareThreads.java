package io.github.clusterpool.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** What the machine's processors can do for so many threads, which take one task after the other from a list. */
final class BareThreads implements Contestant {
    private int threads;

    @Override
    public boolean open(int workers) {
        threads = workers;
        return false;
    }

    @Override
    public void works(List<Work> works) throws Exception {
        if (works.get(0).kind() != Work.Kind.SPIN) {
            throw new UnsupportedOperationException();
        }
        AtomicInteger next = new AtomicInteger();
        List<FutureTask<Integer>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            FutureTask<Integer> task = new FutureTask<>(() -> {
                int index = next.getAndIncrement();
                while (index < works.size()) {
                    works.get(index).call();
                    index = next.getAndIncrement();
                }
                return index;
            });
            new Thread(task).start();
            all.add(task);
        }
        for (FutureTask<Integer> task : all) {
            task.get();
        }
    }
}
