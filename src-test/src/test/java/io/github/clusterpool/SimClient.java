package io.github.clusterpool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A caller of the pool that talks to its supervisor by messages, and writes down in which order. */
final class SimClient {
    private static final JobOptions.Chosen PLAIN = JobOptions.defaults();

    private final Simulation sim;
    private final ActorRef<JobEvent> replies;
    private final Map<Long, SimJob> jobs = new HashMap<>();
    private long lastJob;

    SimClient(Simulation sim, String name) {
        this.sim = sim;
        this.replies = sim.spawn(listen(), name);
    }

    private Behavior<JobEvent> listen() {
        return Behaviors.receiveMessage(event -> {
            jobs.get(event.job()).add(event);
            return Behaviors.same();
        });
    }

    List<SimJob> open() {
        return new ArrayList<>(
                jobs.values().stream().filter(job -> !job.hasEnded()).toList());
    }

    SimJob init(int size, boolean restart) {
        SimJob job = send("init", List.of(), PLAIN, number -> new PoolSupervisor.Init(number, size, restart, replies));
        sim.history.clears(job);
        return job;
    }

    SimJob resize(int size) {
        return send("resize", List.of(), PLAIN, number -> new PoolSupervisor.Resize(number, size, replies));
    }

    SimJob delete() {
        SimJob job = send("delete", List.of(), PLAIN, number -> new PoolSupervisor.Delete(number, replies));
        sim.history.clears(job);
        return job;
    }

    SimJob export(Map<String, Long> values, JobOptions.Chosen options) {
        Map<String, byte[]> encoded = sim.codec.export(new TreeMap<>(values));
        SimJob job = send(
                "export",
                List.of(),
                options,
                number -> new PoolSupervisor.Export(number, encoded, timeout(options), replies));
        sim.history.sets(job, values);
        return job;
    }

    SimJob evalq(String name, long value, int failures, long nanos, JobOptions.Chosen options) {
        Fn0<Long> change = () -> SimTask.change(name, value, failures, nanos);
        byte[] code = sim.codec.evalq(change);
        SimJob job = send(
                "evalq",
                List.of(),
                options,
                number -> new PoolSupervisor.Evalq(number, code, timeout(options), replies));
        sim.history.sets(job, Map.of(name, value));
        return job;
    }

    private static long timeout(JobOptions.Chosen options) {
        return options.timeout() == null ? 0 : options.timeout().toNanos();
    }

    /** The items are made once the job's number is known. */
    SimJob lapply(LongFunction<List<SimTask.Item>> items, JobOptions.Chosen options) {
        List<SimTask.Item> made = items.apply(sim.jobToCome());
        Fn<SimTask.Item, SimTask.Answer> fn = item -> SimTask.run(item);
        Work work = sim.codec.lapply(made, fn, options);
        return send("lapply", made, options, number -> new PoolSupervisor.Submit(number, work, replies));
    }

    SimJob call(LongFunction<SimTask.Item> item, JobOptions.Chosen options) {
        SimTask.Item made = item.apply(sim.jobToCome());
        Fn<SimTask.Item, SimTask.Answer> fn = given -> SimTask.run(given);
        Work work = sim.codec.call(fn, List.of(made), options);
        return send("call", List.of(made), options, number -> new PoolSupervisor.Submit(number, work, replies));
    }

    private SimJob send(
            String verb,
            List<SimTask.Item> items,
            JobOptions.Chosen options,
            LongFunction<PoolSupervisor.Command> command) {
        long number = ++lastJob;
        SimJob job = new SimJob(sim, verb, items, options, sim.nextJob());
        jobs.put(number, job);
        sim.add(job);
        sim.world.tell(job + " is sent");
        sim.supervisor.tell(command.apply(number));
        return job;
    }

    /** Cancels a job that is under way. */
    void cancel(SimJob job) {
        for (Map.Entry<Long, SimJob> each : jobs.entrySet()) {
            if (each.getValue() == job) {
                job.cancelled();
                sim.world.tell(job + " is to be cancelled");
                sim.supervisor.tell(new PoolSupervisor.Cancel(each.getKey(), replies));
            }
        }
    }
}
