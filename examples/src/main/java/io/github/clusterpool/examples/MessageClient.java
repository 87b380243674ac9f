package io.github.clusterpool.examples;

import io.github.clusterpool.Codec;
import io.github.clusterpool.Env;
import io.github.clusterpool.Fn;
import io.github.clusterpool.JobEvent;
import io.github.clusterpool.JobOptions;
import io.github.clusterpool.Pool;
import io.github.clusterpool.PoolSupervisor;
import io.github.clusterpool.Results;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** Uses a pool by messages alone: finds its supervisor, sends it four jobs and collects what each gives. */
public final class MessageClient extends AbstractBehavior<Object> {
    private static final String POOL = "default";
    private static final List<Integer> XS = List.of(1, 2, 3, 4, 5);

    private final Codec codec = Codec.of(getContext().getSystem());
    private final List<Results<?>> jobs = List.of(
            codec.results(POOL, "init"),
            codec.results(POOL, "export"),
            codec.results(POOL, "evalq"),
            codec.results(POOL, XS));
    private int ended;

    /** Takes no arguments. */
    public static void main(String[] args) {
        ActorSystem<Object> system = ActorSystem.create(Behaviors.setup(MessageClient::new), "example");
        Pool.get(system, POOL); // makes its supervisor, but no workers yet
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private MessageClient(ActorContext<Object> context) {
        super(context);
        ActorRef<Receptionist.Listing> me = context.getSelf().narrow();
        context.getSystem().receptionist().tell(Receptionist.subscribe(PoolSupervisor.key(POOL), me));
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Receptionist.Listing.class, this::onFound)
                .onMessage(JobEvent.class, this::onEvent)
                .build();
    }

    private Behavior<Object> onFound(Receptionist.Listing found) {
        ActorRef<JobEvent> me = getContext().getSelf().narrow();
        for (ActorRef<PoolSupervisor.Command> pool : found.getServiceInstances(PoolSupervisor.key(POOL))) {
            // We number our jobs. They take effect in the order they are sent, so none waits for the one before.
            pool.tell(new PoolSupervisor.Init(0, 4, false, me));
            pool.tell(new PoolSupervisor.Export(1, Map.of("x", codec.value("x", 42)), 0, me));
            pool.tell(new PoolSupervisor.Evalq(2, codec.evalq("y = x * 2"), 0, me));
            Fn<Integer, Integer> add = i -> i + Env.<Integer>get("x");
            pool.tell(new PoolSupervisor.Submit(3, codec.lapply(XS, add, JobOptions.retries(3)), me));
        }
        return this;
    }

    private Behavior<Object> onEvent(JobEvent event) {
        int job = (int) event.job();
        if (jobs.get(job).add(event)) {
            List<?> results = jobs.get(job).get(); // throws if the job failed
            System.out.println("job " + job + (job < 2 ? " ended" : ": " + results));
            ended++;
        }
        return ended < jobs.size() ? this : Behaviors.stopped();
    }
}
