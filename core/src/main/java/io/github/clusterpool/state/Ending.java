package io.github.clusterpool.state;

/** How a job ended. */
public sealed interface Ending {
    /** Every outcome was delivered; with {@code failFast} some may be missing. */
    record Completed() implements Ending {}

    /** By its caller; nothing of it runs any more. */
    record Cancelled(Halt halt) implements Ending {}

    /** It took longer than its caller allowed; nothing of it runs any more. */
    record TimedOut(long nanos, Halt halt) implements Ending {}

    /** The pool was deleted under it. */
    record Deleted() implements Ending {}

    /** There is no pool. */
    record Missing() implements Ending {}

    /** A task gave it to its own pool, and was itself part of such a job, and so on, too many times. */
    record TooDeep(int limit) implements Ending {}

    /** No worker of the pool can be started. */
    record StartFailed(String reason) implements Ending {}

    /** Whoever gave it may not give jobs. */
    record NotAllowed() implements Ending {}

    /** It was asked for by an id that the pool does not know, or not any more. */
    record NoSuchJob() implements Ending {}

    /** The pool moved to another host, which does not know it; it may have run and must not run twice. */
    record LostWithHost() implements Ending {}

    /** The pool's supervisor has ended by errors, again and again, and is not started any more. */
    record GivenUp(String reason) implements Ending {}

    /** A limit of the pool is reached; {@code key} sets it. */
    record Overloaded(String what, long got, long limit, String key) implements Ending {}
}
