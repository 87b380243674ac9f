package io.github.clusterpool;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Ends when an actor, on this member or another, does. To watch that actor is not enough: Pekko drops, without a word, the watch of
 * one on a member that it has not seen come up yet. So it is watched again until some time after that.
 */
final class Vigil extends AbstractBehavior<Vigil.Command> {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** Who is no member for so many looks was one for a moment only. */
    private static final int MOST_AS_STRANGER = 60;

    sealed interface Command {}

    private record Ended() implements Command {}

    private record Again() implements Command {}

    private final TimerScheduler<Command> timers;
    private final ActorRef<?> actor;
    private boolean wasUp;
    private int asStranger;

    static Behavior<Command> over(ActorRef<?> actor) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Vigil(context, timers, actor)));
    }

    private Vigil(ActorContext<Command> context, TimerScheduler<Command> timers, ActorRef<?> actor) {
        super(context);
        this.timers = timers;
        this.actor = actor;
        context.watchWith(actor, new Ended());
        if (actor.path().address().hasGlobalScope() && ClusterSystem.isMember(context.getSystem())) {
            timers.startTimerWithFixedDelay("again", new Again(), AGAIN);
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Again.class, again -> onAgain())
                .onMessage(Ended.class, ended -> Behaviors.stopped())
                .build();
    }

    private Behavior<Command> onAgain() {
        getContext().unwatch(actor);
        getContext().watchWith(actor, new Ended());
        if (wasUp) {
            timers.cancel("again");
            return this;
        }
        Optional<Member> member = member(actor.path().address());
        wasUp = member.isPresent() && !member.get().status().equals(MemberStatus.joining());
        asStranger = member.isPresent() ? 0 : asStranger + 1;
        return asStranger > MOST_AS_STRANGER ? Behaviors.stopped() : this;
    }

    private Optional<Member> member(Address address) {
        Iterable<Member> members = Cluster.get(getContext().getSystem()).state().getMembers();
        return StreamSupport.stream(members.spliterator(), false)
                .filter(member -> member.address().equals(address))
                .findAny();
    }
}
