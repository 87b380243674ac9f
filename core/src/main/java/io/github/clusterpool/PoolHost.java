package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.Ending;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * A pool on the node that hosts it: starts its supervisor with the copy that is on this node, if there is one, and another
 * one, with what the last has left, when that ends by an error.
 */
final class PoolHost extends AbstractBehavior<PoolHost.Command> {
    /** Errors in a row after which the pool is given up. */
    private static final int MOST_FAILURES = 5;

    /** A supervisor that has lived for so long did not end by what ended the one before it. */
    private static final long CURED_NANOS = Duration.ofMinutes(1).toNanos();

    sealed interface Command {}

    /** Another node is to host the pool. */
    record HandOver() implements Command {}

    /** The pool, of which nothing is there any more, shall be made anew, with these settings from now on. */
    record Renew(PoolConfig config) implements Command {}

    /** Somebody else has made the pool meanwhile: it stays as it is. */
    record InUse() implements Command {}

    private record Renewed(PoolConfig config) implements Command {}

    private record Found(Shelf.Taken copy) implements Command {}

    private record Again() implements Command {}

    private final TimerScheduler<Command> timers;
    private final ActorRef<HostedPools.Command> registry;
    private PoolConfig config;
    private Kept kept = new Kept(new Shelf.Taken(0, false, List.of()));
    private @Nullable ClusterNodes nodes;
    private @Nullable ActorRef<PoolSupervisor.Command> serving;
    private @Nullable PoolConfig renewing;
    private long began;
    private int failures;

    /**
     * With the pool's configuration as it is known when it begins here.
     *
     * @param registry where all members learn another one from
     */
    static Behavior<Command> create(Supplier<PoolConfig> config, ActorRef<HostedPools.Command> registry) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new PoolHost(context, timers, config.get(), registry)));
    }

    private PoolHost(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            PoolConfig config,
            ActorRef<HostedPools.Command> registry) {
        super(context);
        context.setLoggerName(PoolHost.class);
        this.timers = timers;
        this.registry = registry;
        this.config = config;
        ActorRef<Shelf.Taken> found = context.messageAdapter(Shelf.Taken.class, Found::new);
        hosts().shelf().tell(new Shelf.Take(config.name(), found));
    }

    private Hosts hosts() {
        return Hosts.of(getContext().getSystem());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Found.class, this::onFound)
                .onMessage(Again.class, again -> begin(kept.left()))
                .onMessage(Renew.class, this::onRenew)
                .onMessage(Renewed.class, this::onRenewed)
                .onMessage(InUse.class, inUse -> onInUse())
                .onMessage(HandOver.class, over -> Behaviors.stopped())
                .onSignal(ChildFailed.class, this::onFailed)
                .onSignal(Terminated.class, ended -> onEnded())
                .build();
    }

    private Behavior<Command> onFound(Found found) {
        Shelf.Taken copy = found.copy();
        boolean isNew = copy.term() == 0;
        getContext()
                .getLog()
                .info(
                        "pool '{}' is hosted here{}",
                        config.name(),
                        isNew ? ", as a new one" : " now, with what its last host has left");
        hosts().shelf().tell(new Shelf.Forget(config.name(), copy.term() + 1)); // it is here now
        return begin(isNew ? fresh(0) : copy);
    }

    /** A pool that has just been made. */
    private Shelf.Taken fresh(long term) {
        ActorRef<JobEvent> nobody = getContext().getSystem().ignoreRef();
        return new Shelf.Taken(
                term, false, List.of(new Booked("", new PoolSupervisor.Init(0, config.workers(), false, nobody))));
    }

    private Behavior<Command> begin(Shelf.Taken earlier) {
        kept = new Kept(earlier);
        began = System.nanoTime();
        nodes = new ClusterNodes(
                getContext().getSystem(),
                config,
                new ClassOrigins(Pools.nodeLoader(), config.code().jars()));
        ActorRef<PoolSupervisor.Command> supervisor = getContext()
                .spawn(
                        PoolSupervisor.createHosted(
                                config,
                                nodes,
                                Machine.real(),
                                kept,
                                getContext().getSelf()),
                        "supervisor-" + kept.term(),
                        DispatcherSelector.fromConfig(Pools.DISPATCHER));
        serve(supervisor);
        getContext().getSystem().receptionist().tell(Receptionist.register(PoolSupervisor.ALL, supervisor));
        hosts().hosts(config.name(), supervisor);
        return this;
    }

    private void serve(ActorRef<PoolSupervisor.Command> actor) {
        serving = actor;
        getContext().watch(actor);
        getContext().getSystem().receptionist().tell(Receptionist.register(PoolSupervisor.key(config.name()), actor));
    }

    /** What it was may have to do with what it had taken; so the next has less time to fail in. */
    private Behavior<Command> onFailed(ChildFailed failed) {
        leave();
        keepSettings();
        failures = System.nanoTime() - began > CURED_NANOS ? 1 : failures + 1;
        if (failures >= MOST_FAILURES) {
            String reason = ClientMessages.givenUp(config.name(), failures, failed.cause());
            getContext().getLog().error(reason, failed.cause());
            serve(getContext().spawn(refusing(reason), "given-up-" + kept.term()));
        } else {
            Duration pause = pause();
            getContext()
                    .getLog()
                    .error(ClientMessages.failed(config.name(), failures, MOST_FAILURES, pause), failed.cause());
            timers.startSingleTimer(new Again(), pause);
        }
        return this;
    }

    private void leave() {
        ClusterNodes left = nodes;
        if (left != null) {
            left.end();
            nodes = null;
        }
        hosts().hostsNoMore(config.name());
    }

    /** Before it has them, most members know. */
    private Behavior<Command> onRenew(Renew renew) {
        if (renewing == null) {
            renewing = renew.config();
            ActorRef<String> written = getContext().messageAdapter(String.class, name -> new Renewed(renew.config()));
            registry.tell(new HostedPools.Add(renew.config(), true, written));
        }
        return this;
    }

    private Behavior<Command> onRenewed(Renewed renewed) {
        if (serving != null && renewed.config().equals(renewing)) {
            serving.tell(new HostedPool.MakeRoom());
        }
        return this;
    }

    private Behavior<Command> onInUse() {
        keepSettings();
        return this;
    }

    /** Also those of a pool that has ended by an error, for it may be in use; who wants it anew asks again. */
    private void keepSettings() {
        if (renewing != null) {
            renewing = null;
            registry.tell(
                    new HostedPools.Add(config, true, getContext().getSystem().ignoreRef()));
        }
    }

    /** It ends in peace only to make room. */
    private Behavior<Command> onEnded() {
        leave();
        config = renewing == null ? config : renewing;
        renewing = null;
        failures = 0;
        getContext().getLog().info("pool '{}' is made anew, with the settings of who has opened it", config.name());
        return begin(fresh(kept.term()));
    }

    private Duration pause() {
        Duration pause = config.restart().minBackoff().multipliedBy(1L << (failures - 1));
        Duration most = config.restart().maxBackoff();
        return pause.compareTo(most) < 0 ? pause : most;
    }

    /** In the place of a pool that is no more: clients would wait for it. */
    private Behavior<PoolSupervisor.Command> refusing(String reason) {
        ActorRef<Command> self = getContext().getSelf();
        PoolStatus none = PoolStatus.none(config.name());
        return Behaviors.receive(PoolSupervisor.Command.class)
                .onMessage(Desks.Attach.class, attach -> {
                    PoolConfig wanted = Desks.wanted(attach);
                    if (wanted == null) {
                        attach.replyTo().tell(new ClientLine.Refused(reason));
                    } else {
                        self.tell(new Renew(wanted));
                    }
                    return Behaviors.same();
                })
                .onMessage(PoolSupervisor.JobCommand.class, job -> {
                    job.replyTo().tell(new JobEvent.Ended(job.job(), 0, new Ending.GivenUp(reason), none));
                    return Behaviors.same();
                })
                .onMessage(PoolSupervisor.GetStatus.class, ask -> {
                    ask.replyTo().tell(none);
                    return Behaviors.same();
                })
                .onMessage(HostedPool.MakeRoom.class, room -> Behaviors.stopped())
                .onAnyMessage(other -> Behaviors.same())
                .build();
    }
}
