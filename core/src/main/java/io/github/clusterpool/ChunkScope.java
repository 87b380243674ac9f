package io.github.clusterpool;

import io.github.clusterpool.code.Scripts;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a chunk have in common, so that each of them needs little memory: it is what trivial tasks cost most.
 *
 * @param key of all, to which the index is added
 * @param job 0 for evalq, below it for the job of a task
 * @param pool null for evalq
 */
record ChunkScope(
        String key,
        int attempt,
        int worker,
        Variables variables,
        AtomicBoolean cancelled,
        TaskLog log,
        long job,
        Randoms randoms,
        Scripts scripts,
        @Nullable TaskPool pool) {}
