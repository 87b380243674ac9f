package io.github.clusterpool;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The pool of a run's tasks, as these use it themselves: what one of them gives it ends with that task. */
final class TaskPool {
    private final TaskJobs jobs;
    private final long run;
    private final Codec codec;
    private final int size;
    private final TaskLane lane;
    private volatile @Nullable PoolClient client; // of the task under way

    TaskPool(TaskJobs jobs, long run, Codec codec, int size, TaskLane lane) {
        this.jobs = jobs;
        this.run = run;
        this.codec = codec;
        this.size = size;
        this.lane = lane;
    }

    synchronized Pool pool() {
        PoolClient known = client;
        if (known == null) {
            known = begin();
            client = known;
        }
        return new Pool(jobs.identity().system(), known, codec, TaskPool::refuseClose);
    }

    private static void refuseClose() {
        throw new IllegalStateException(Messages.notInATask("delete"));
    }

    private PoolClient begin() {
        Worker.Identity worker = jobs.identity();
        PoolStatus status =
                new PoolStatus(worker.pool(), true, size, List.of(), 0, 0, 0, 0, 0, 0, 0, PoolStatus.Scaling.NONE);
        PoolClient[] self = new PoolClient[1];
        self[0] = new PoolClient(
                status, command -> tell(self[0], command), worker.system().ignoreRef(), jobs.lastJob(), jobs::callback);
        return self[0];
    }

    private void tell(PoolClient from, PoolSupervisor.Command command) {
        if (command instanceof PoolSupervisor.Submit submit) {
            jobs.ask(from, run, submit, lane);
        } else if (command instanceof PoolSupervisor.Cancel cancel) {
            jobs.cancel(cancel.job());
        } else {
            String verb = command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            throw new IllegalStateException(Messages.notInATask(verb));
        }
    }

    /** What the task has not waited for is of no use any more. */
    void endTask() {
        PoolClient ended = client;
        if (ended != null) {
            client = null;
            ended.endTask();
        }
    }
}
