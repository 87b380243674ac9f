package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.WorkerRef;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/** Where the worker JVMs of a pool come from: real processes, joined nodes, or a simulation's. */
interface WorkerJvms extends AutoCloseable {
    /** The owner of a JVM that it starts at once, and that will report to {@code supervisor} as that worker. */
    Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor);

    /** Whether a JVM that reports as that worker is the one that was started; a token is good for one start. */
    boolean isToken(WorkerRef ref, String token);

    /** Where their nodes get classes from that they lack; null if they get none. */
    default @Nullable ClassOrigins origins() {
        return null;
    }

    /** Where exported values are that are large; null: in memory. */
    default @Nullable KeptFiles files() {
        return null;
    }

    /** Whether each is a JVM of this machine, for its worker alone; else a worker may leave threads in its node's. */
    default boolean areOwnJvms() {
        return true;
    }

    /** That one has reported: once no other is on its way, there is time for what later ones may profit by. */
    default void reported(WorkerRef ref) {}

    /** That start is over, and with it {@code port}, which only its node knew. */
    default void forget(WorkerRef ref, @Nullable ActorRef<?> port) {}

    /** The pool is to have so many workers, those included that have no place yet. */
    default void sized(int workers, ActorRef<PoolSupervisor.Command> supervisor) {}

    /** Waits for what is still under way beside the workers; the workers themselves have gone. */
    @Override
    default void close() {}
}
