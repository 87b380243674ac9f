package io.github.clusterpool;

import io.github.clusterpool.sim.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.InternalActorRef;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import scala.jdk.javaapi.CollectionConverters;

/** The story of one pool, from a seed: real actors in a made-up world, and whether they kept what a caller is promised. */
final class Simulation {
    static final String POOL = "simulated";
    static final String DRIVER = "driver";
    static final ClassLoader LOADER = Simulation.class.getClassLoader();

    private static final long SECOND = 1_000_000_000L;
    /** However long tasks take, faults last and pauses grow: no job goes on for as long as this. */
    private static final long MOST_TIME = 600 * SECOND;

    /** Ends the story where a promise was broken. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    final World world;
    final SimPlan plan;
    final Codec codec;
    final SimLedger ledger = new SimLedger(this);
    final SimHistory history = new SimHistory();
    final SimLink link;
    final SimJvms jvms;
    final ActorRef<PoolSupervisor.Command> supervisor;

    private final Map<Long, SimJob> jobs = new HashMap<>();
    private final List<ActorRef<?>> actors = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final ActorRef<PoolStatus> reporter;
    private final ActorRef<NodeHost.Command> ownHost;
    private PoolStatus status;
    private long lastJob;
    private long lastLife;
    private long lastValue;

    /** Tells the story of that seed and returns its hash; throws an AssertionError if a promise was broken. */
    static long run(World world, long seed, boolean told) {
        world.begin(seed, told);
        Simulation simulation = new Simulation(world);
        try {
            simulation.live();
        } catch (Broken e) {
            // the judge tells
        }
        simulation.end();
        simulation.judge();
        return world.story().hash();
    }

    private Simulation(World world) {
        this.world = world;
        this.plan = SimPlan.of(world.chance());
        world.tell(plan.toString());
        this.codec = new Codec(plan.config(), LOADER);
        this.link = new SimLink(this);
        this.jvms = new SimJvms(this);
        Machine machine = new Machine(
                world::now,
                system -> TaskClock.exact(world::now),
                (system, atTicks) -> TaskClock.exact(world::now),
                (name, loader, loop) -> new SimLane(this, null, name, loop));
        this.ownHost = spawn(NodeHost.create(plan.config(), () -> LOADER, machine), "node");
        this.supervisor = spawn(
                PoolSupervisor.create(plan.config(), ownHost, plan.inJvms() ? jvms : null, machine), "supervisor");
        this.reporter = spawn(
                Behaviors.receiveMessage(now -> {
                    status = now;
                    return Behaviors.same();
                }),
                "reporter");
    }

    // ---- the story

    private void live() {
        List<SimScript> scripts = new ArrayList<>();
        for (int i = 1; i <= plan.clients(); i++) {
            scripts.add(new SimScript(this, new SimClient(this, "client-" + i), i));
        }
        SimFaults faults = new SimFaults(this);
        runUntil(
                () -> scripts.stream().allMatch(SimScript::isOver) && allJobsEnded() && faults.areOver(),
                MOST_TIME,
                "jobs that never end");
        checkNothingUnderWay();
        new SimRest(this).check();
    }

    private boolean allJobsEnded() {
        return jobs.values().stream().allMatch(SimJob::hasEnded);
    }

    private void checkNothingUnderWay() {
        PoolStatus now = askStatus();
        if (now.queued() != 0 || now.running() != 0) {
            violated("all jobs have ended, and %d tasks are queued, %d running", now.queued(), now.running());
        }
    }

    /** Lets that much time pass at most until it is so; that it never is breaks a promise. */
    void runUntil(BooleanSupplier done, long atMost, String otherwise) {
        boolean came = world.runUntil(() -> done.getAsBoolean() || !violations.isEmpty(), world.now() + atMost);
        if (!came) {
            List<SimJob> open =
                    jobs.values().stream().filter(job -> !job.hasEnded()).toList();
            violated("%s: after %d s: %s; %s; %s", otherwise, world.now() / SECOND, open, status, threads());
        }
        if (!violations.isEmpty()) {
            throw new Broken();
        }
    }

    private List<String> threads() {
        return lanes().stream().map(lane -> lane.fiber().name()).toList();
    }

    PoolStatus askStatus() {
        status = null;
        supervisor.tell(new PoolSupervisor.GetStatus(reporter));
        runUntil(() -> status != null, SECOND, "no status");
        return status;
    }

    /** All actors of this story go, and with them the threads that still work for it. */
    private void end() {
        jvms.alive().forEach(jvm -> jvm.die("the end"));
        lanes().forEach(lane -> lane.fiber().kill());
        actors.forEach(actor -> ((InternalActorRef) Adapter.toClassic(actor)).stop());
        boolean gone = world.runUntil(
                () -> world.isIdle() && lanes().isEmpty() && stillThere().isEmpty(), world.now() + MOST_TIME);
        if (!gone) {
            violated("actors %s and threads %s that never end", stillThere(), threads());
        }
    }

    private List<ActorRef<?>> stillThere() {
        return actors.stream()
                .filter(actor -> !((InternalActorRef) Adapter.toClassic(actor)).isTerminated())
                .toList();
    }

    private void judge() {
        ledger.judge(history);
        for (Throwable error : world.errors()) {
            if (!SimFaults.isOurs(error)) {
                violated("logged an error: %s", error);
            }
        }
        if (!violations.isEmpty()) {
            AssertionError error = new AssertionError(String.join("\n", violations));
            world.errors().stream().filter(each -> !SimFaults.isOurs(each)).forEach(error::addSuppressed);
            throw error;
        }
    }

    // ---- what its parts need of it

    @SuppressWarnings("AnnotateFormatMethod") // that annotation is in no library that we use
    void violated(String what, Object... args) {
        String line = args.length == 0 ? what : String.format(what, args);
        world.tell("BROKEN: " + line);
        violations.add(line);
    }

    String name(String part) {
        return POOL + "-" + part;
    }

    <T> ActorRef<T> spawn(Behavior<T> behavior, String part) {
        return spawnAt(behavior, name(part));
    }

    <T> ActorRef<T> spawnAt(Behavior<T> behavior, String place) {
        ActorRef<T> actor = world.system().systemActorOf(behavior, place, Props.empty());
        actors.add(actor);
        return actor;
    }

    void add(SimJob job) {
        jobs.put(job.id(), job);
    }

    SimJob job(long id) {
        return jobs.get(id);
    }

    long nextJob() {
        return ++lastJob;
    }

    /** Numbered as the supervisor does. */
    long jobToCome() {
        return lastJob + 1;
    }

    long nextLife() {
        return ++lastLife;
    }

    long nextValue() {
        return ++lastValue;
    }

    /** The workers' threads that have not ended. */
    List<SimLane> lanes() {
        return world.fibers().stream()
                .map(fiber -> (SimLane) fiber.attachment())
                .toList();
    }

    /** The nodes that host workers. */
    List<org.apache.pekko.actor.ActorRef> nodes() {
        List<org.apache.pekko.actor.ActorRef> nodes = new ArrayList<>();
        nodes.add(Adapter.toClassic(ownHost));
        for (SimJvm jvm : jvms.alive()) {
            if (jvm.greeter() != null) {
                ActorRefWithCell greeter = (ActorRefWithCell) Adapter.toClassic(jvm.greeter());
                nodes.addAll(CollectionConverters.asJava(greeter.children().toSeq()));
            }
        }
        return nodes;
    }
}
