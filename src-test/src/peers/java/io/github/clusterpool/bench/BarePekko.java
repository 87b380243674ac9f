package io.github.clusterpool.bench;

import java.util.List;

/** What Pekko alone needs for a message there and back, and for many: an actor in each of some JVMs that answers. */
final class BarePekko implements Contestant {
    private static final int WINDOW = 128;

    private BareAsk ask;

    @Override
    public boolean open(int workers) throws Exception {
        ask = BareAsk.open(workers);
        return true;
    }

    @Override
    public List<Long> pids() {
        return ask.pids();
    }

    @Override
    public void works(List<Work> works) {
        if (works.get(0).kind() != Work.Kind.NOTHING) {
            throw new UnsupportedOperationException();
        }
        ask.many(works.size(), WINDOW);
    }

    @Override
    public void work(Work work) {
        ask.once();
    }

    @Override
    public void all() {
        ask.all();
    }

    @Override
    public void close() throws Exception {
        ask.close();
    }
}
