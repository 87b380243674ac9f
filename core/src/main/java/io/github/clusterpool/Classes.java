package io.github.clusterpool;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Whose classes something uses.
 *
 * @param generation of the pool; each has the classes as they were then
 * @param server has those of a client; null: those of the pool's own driver
 */
record Classes(long generation, @Nullable ActorRef<CodeServer.Command> server) {}
