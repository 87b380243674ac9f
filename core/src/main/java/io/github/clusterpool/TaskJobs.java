package io.github.clusterpool;

import io.github.clusterpool.wire.CannotTravelException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** The jobs that the tasks of one life of a worker have given to their own pool, and the way there and back. */
final class TaskJobs {
    private final Worker.Identity identity;
    private final PoolConfig config;
    private final Machine machine;
    private final BiFunction<byte[], TaskLane, byte[]> sendable;
    private final Runnable onAsk;
    private final AtomicLong lastJob = new AtomicLong();
    private final Map<Long, PoolClient> open = new ConcurrentHashMap<>();
    private final Queue<Worker.Command> news = new ArrayDeque<>(); // used by the worker's actor alone
    private final WaitingLine waiting = new WaitingLine(news::add);

    TaskJobs(
            Worker.Identity identity,
            PoolConfig config,
            Machine machine,
            BiFunction<byte[], TaskLane, byte[]> sendable,
            Runnable onAsk) {
        this.identity = identity;
        this.config = config;
        this.machine = machine;
        this.sendable = sendable;
        this.onAsk = onAsk;
    }

    Worker.Identity identity() {
        return identity;
    }

    AtomicLong lastJob() {
        return lastJob;
    }

    /** Gives the pool a job of the task that is in that run, on its lane. */
    void ask(PoolClient client, long run, PoolSupervisor.Submit submit, TaskLane lane) {
        byte[] work = encoded(submit.work());
        open.put(submit.job(), client);
        onAsk.run();
        byte[] content = sendable.apply(work, lane);
        identity.supervisor().tell(new PoolSupervisor.TaskAsked(identity.ref(), run, submit.job(), content));
    }

    private byte[] encoded(Work work) {
        long most = config.blob().maxSize();
        try {
            byte[] encoded = MessageFormat.work(work);
            if (encoded.length > most) {
                throw new PayloadTooLargeException(Messages.tooLarge("the job", encoded.length, most));
            }
            return encoded;
        } catch (CannotTravelException e) { // which can only be for its size
            throw new PayloadTooLargeException(Messages.tooLarge("the job", most));
        }
    }

    /** Whether something here waits for the pool, or soon will. */
    boolean areOpen() {
        return !open.isEmpty();
    }

    void cancel(long job) {
        identity.supervisor().tell(new PoolSupervisor.TaskCancelled(identity.ref(), job));
    }

    void hear(Worker.Hear hear) {
        waiting.add(hear);
        handOn();
    }

    /** A blob has come, perhaps one that is waited for. */
    void admit() {
        waiting.admit();
        handOn();
    }

    private void handOn() {
        for (Worker.Command next = news.poll(); next != null; next = news.poll()) {
            JobEvent event = ((Worker.Hear) next).whole();
            PoolClient client = event instanceof JobEvent.Ended ? open.remove(event.job()) : open.get(event.job());
            if (client != null) {
                client.onEvent(event);
            }
        }
    }

    /** Runs what may be slow, or somebody else's code, on a thread of its own. */
    void callback(Runnable task) {
        machine.lanes()
                .lane("clusterpool-callback", TaskJobs.class.getClassLoader(), task)
                .start();
    }
}
