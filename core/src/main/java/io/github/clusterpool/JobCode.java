package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import io.github.clusterpool.wire.Contents;
import io.github.clusterpool.wire.Decoder;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A job's function on one node; each worker there makes its own copy, so that they share nothing. */
final class JobCode {
    /** A worker's own copy of the function, what reads its arguments, and its random numbers. */
    record Prepared(
            Object function, Decoder arguments, @Nullable Fn<Throwable, Boolean> retryOn, Randoms randoms) {
        /** Calls the function with as many of the arguments as it takes. */
        @SuppressWarnings("unchecked") // the caller's compiler has checked
        @Nullable
        Object call(int arity, Iterator<@Nullable Object> args) throws Exception {
            return switch (arity) {
                case 0 -> ((Fn0<Object>) function).apply();
                case 1 -> ((Fn<Object, Object>) function).apply(args.next());
                case 2 -> ((Fn2<Object, Object, Object>) function).apply(args.next(), args.next());
                default ->
                    ((Fn3<Object, Object, Object, Object>) function).apply(args.next(), args.next(), args.next());
            };
        }

        /** Whether the caller wants what failed so to run again; a question that fails itself is a no. */
        boolean mayTryAgain(Throwable error, Logger log) {
            if (retryOn == null) {
                return false;
            }
            try {
                return Boolean.TRUE.equals(retryOn.apply(error));
            } catch (Throwable e) {
                log.warn(
                        "retryOn threw {} when asked about {}",
                        e.getClass().getName(),
                        error.getClass().getName());
                return false;
            }
        }
    }

    private final JobHeader header;
    private final Codec codec;
    private final Contents parts;
    private final Map<WorkerRef, Prepared> prepared = new ConcurrentHashMap<>();

    /** With {@code parts} for what the header refers to. */
    JobCode(JobHeader header, Codec codec, Contents parts) {
        this.header = header;
        this.codec = codec;
        this.parts = parts;
    }

    /** What the job's generation decodes with. */
    Codec codec() {
        return codec;
    }

    JobHeader header() {
        return header;
    }

    /** Whether it can be prepared, or never will be. */
    boolean isSettled() {
        return parts.areSettled();
    }

    Prepared prepare(WorkerRef worker) {
        return prepared.computeIfAbsent(worker, ref -> {
            Object function = codec.function(parts, header.function());
            if (function == null) {
                throw new IllegalArgumentException(Messages.missing("fn"));
            }
            Randoms randoms = new Randoms(header.seed(), worker.worker());
            return new Prepared(function, parts.decoder(codec.values(), header.types()), retryOn(), randoms);
        });
    }

    @SuppressWarnings("unchecked") // the caller's compiler has checked
    private @Nullable Fn<Throwable, Boolean> retryOn() {
        return header.retryOn().length == 0
                ? null
                : (Fn<Throwable, Boolean>) parts.decode(codec.values(), header.retryOn());
    }
}
