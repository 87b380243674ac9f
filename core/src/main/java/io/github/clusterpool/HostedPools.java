package io.github.clusterpool;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * Which pools the nodes of a cluster have themselves: their names and configurations, which all members know. On a node each
 * of them is a singleton, hosted by the oldest node.
 */
final class HostedPools extends AbstractBehavior<HostedPools.Command> {
    private static final Key<LWWMap<String, String>> KEY = LWWMapKey.create("clusterpool-pools");

    /** For most members to answer; an application's own ActorSystem may have nobody who does. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    sealed interface Command {}

    /**
     * The nodes shall have that pool; answers with its name when most members know.
     *
     * @param anew whether it shall have these settings where there is one of that name
     */
    record Add(PoolConfig config, boolean anew, ActorRef<String> replyTo) implements Command {}

    private record Changed(Replicator.SubscribeResponse<LWWMap<String, String>> response) implements Command {}

    private record Updated(Add add, Replicator.UpdateResponse<LWWMap<String, String>> response) implements Command {}

    private final ReplicatorMessageAdapter<Command, LWWMap<String, String>> replicator;
    private final SelfUniqueAddress self;
    private final Map<String, PoolConfig> hosted = new ConcurrentHashMap<>(); // a host asks when it begins

    /** On a member that only adds. */
    static Behavior<Command> create() {
        return create(false);
    }

    /** On a node, which hosts them as well, with what is on its {@link Shelf}. */
    static Behavior<Command> createHost() {
        return create(true);
    }

    private static Behavior<Command> create(boolean hosts) {
        return Behaviors.setup(context -> DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<Command, LWWMap<String, String>> replicator) ->
                        new HostedPools(context, replicator, hosts)));
    }

    private HostedPools(
            ActorContext<Command> context,
            ReplicatorMessageAdapter<Command, LWWMap<String, String>> replicator,
            boolean hosts) {
        super(context);
        context.setLoggerName(HostedPools.class);
        this.replicator = replicator;
        this.self = DistributedData.get(context.getSystem()).selfUniqueAddress();
        if (hosts) {
            replicator.subscribe(KEY, Changed::new);
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Add.class, this::onAdd)
                .onMessage(Updated.class, this::onUpdated)
                .onMessage(Changed.class, this::onChanged)
                .build();
    }

    private Behavior<Command> onAdd(Add add) {
        String name = add.config().name();
        String text = WorkerSetup.text(add.config());
        replicator.askUpdate(
                replyTo -> new Replicator.Update<>(
                        KEY,
                        LWWMap.empty(),
                        new Replicator.WriteMajority(PATIENCE),
                        replyTo,
                        pools -> pools.contains(name) && !add.anew() ? pools : pools.put(self, name, text)),
                response -> new Updated(add, response));
        return this;
    }

    /** Where not most have answered in time, the others hear of it by and by. */
    private Behavior<Command> onUpdated(Updated updated) {
        updated.add().replyTo().tell(updated.add().config().name());
        return this;
    }

    private Behavior<Command> onChanged(Changed changed) {
        if (changed.response() instanceof Replicator.Changed<LWWMap<String, String>> now) {
            Map<String, String> pools = now.get(KEY).getEntries();
            pools.forEach(this::host);
        }
        return this;
    }

    private void host(String name, String text) {
        PoolConfig config = WorkerSetup.config(text);
        if (hosted.put(name, config) != null) {
            return;
        }
        ClusterSingletonSettings settings =
                ClusterSingletonSettings.create(getContext().getSystem()).withRole(SystemConfig.NODE_ROLE);
        ClusterSingleton.get(getContext().getSystem())
                .init(SingletonActor.of(
                                PoolHost.create(
                                        () -> hosted.getOrDefault(name, config),
                                        getContext().getSelf()),
                                "clusterpool-" + name)
                        .withStopMessage(new PoolHost.HandOver())
                        .withSettings(settings));
    }
}
