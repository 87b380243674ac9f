package io.github.clusterpool;

import io.github.clusterpool.state.WorkerRef;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Whose the jobs of a pool are, and under which number each of them knows its own. */
final class Clients {
    /** A client's job, as the pool knows it. */
    sealed interface Client {}

    record Outside(ActorRef<JobEvent> replyTo, long job) implements Client {}

    /** A task's job. */
    record Inside(WorkerRef ref, long job) implements Client {}

    /** A job under way; {@code code} has the classes of who gave it, null: the pool's own driver. */
    record Pending(
            Client client, @Nullable Work work, @Nullable ActorRef<CodeServer.Command> code) {}

    /** The desk of a client elsewhere. */
    private record Known(
            String session,
            String key,
            ActorRef<Desk.Command> desk,
            Backlog backlog,
            @Nullable ActorRef<CodeServer.Command> code) {}

    private final Map<Long, Pending> pending = new HashMap<>();
    private final Map<Client, Long> jobs = new LinkedHashMap<>();
    private final Map<String, Known> bySession = new HashMap<>();
    private final Map<ActorRef<JobEvent>, Known> byReplies = new HashMap<>();
    private final Map<Client, Client> found = new HashMap<>();
    private long lastJob;
    private long lastTaskJob; // counts down, apart from those of clients

    // ---- jobs

    long register(PoolSupervisor.JobCommand command, @Nullable Work work) {
        Known desk = byReplies.get(command.replyTo());
        Outside client = new Outside(command.replyTo(), command.job());
        return register(++lastJob, new Pending(client, work, desk == null ? null : desk.code()));
    }

    long register(Inside task, Work work) {
        return register(--lastTaskJob, new Pending(task, work, null));
    }

    /** The number of the next one. */
    long nextJob() {
        return lastJob + 1;
    }

    private long register(long job, Pending what) {
        pending.put(job, what);
        jobs.put(what.client(), job);
        return job;
    }

    /** The pool's number of a client's job, which may be another client's that it has found; null if there is none. */
    @Nullable
    Long job(Client client) {
        return jobs.get(original(client));
    }

    /** Whose job it is: that client's own, or another's that it has found. */
    Client original(Client client) {
        return found.getOrDefault(client, client);
    }

    @Nullable
    Pending pending(long job) {
        return pending.get(job);
    }

    @Nullable
    Pending end(long job) {
        Pending ended = pending.remove(job);
        if (ended != null) {
            jobs.remove(ended.client());
        }
        return ended;
    }

    /** What that client has not heard the end of. */
    List<Long> jobsOf(ActorRef<JobEvent> replyTo) {
        return jobs.entrySet().stream()
                .filter(each -> each.getKey() instanceof Outside client
                        && client.replyTo().equals(replyTo))
                .map(Map.Entry::getValue)
                .toList();
    }

    // ---- clients

    /** What a job's idempotency keys begin with. */
    record Key(String prefix, long number) {}

    /** Of a client elsewhere it is the same under another host, for tasks may run there once more. */
    Key key(long job, Client client, String others) {
        Known desk = client instanceof Outside outside ? byReplies.get(outside.replyTo()) : null;
        return desk != null && client instanceof Outside outside
                ? new Key(desk.key(), outside.job())
                : new Key(others, job);
    }

    @Nullable
    ActorRef<CodeServer.Command> codeOf(ActorRef<JobEvent> replyTo) {
        Known desk = byReplies.get(replyTo);
        return desk == null ? null : desk.code();
    }

    /** Whether that is a desk, which knows itself when its client is gone, and how to say what is large. */
    boolean isDesk(ActorRef<JobEvent> replyTo) {
        return byReplies.containsKey(replyTo);
    }

    Set<String> sessions() {
        return bySession.keySet();
    }

    @Nullable
    ActorRef<Desk.Command> desk(String session) {
        Known known = bySession.get(session);
        return known == null ? null : known.desk();
    }

    void deskMade(String session, ActorRef<Desk.Command> desk, Backlog backlog) {
        String key =
                UUID.nameUUIDFromBytes(session.getBytes(StandardCharsets.UTF_8)).toString();
        bySession.put(session, new Known(session, key, desk, backlog, null));
    }

    /** Its client is there, with these classes. */
    void deskHas(String session, @Nullable ActorRef<CodeServer.Command> code) {
        Known known = bySession.get(session);
        if (known != null) {
            Known fresh = new Known(session, known.key(), known.desk(), known.backlog(), code);
            bySession.put(session, fresh);
            byReplies.replaceAll((replies, each) -> each.equals(known) ? fresh : each);
        }
    }

    void deskOpen(String session, ActorRef<JobEvent> replies) {
        Known known = bySession.get(session);
        if (known != null) {
            byReplies.put(replies, known);
        }
    }

    /** Empty if that is no desk. */
    String sessionOf(ActorRef<JobEvent> replyTo) {
        Known desk = byReplies.get(replyTo);
        return desk == null ? "" : desk.session();
    }

    void deskClosed(String session, ActorRef<JobEvent> replies) {
        Known closed = byReplies.remove(replies);
        if (closed != null) {
            bySession.remove(session, closed);
        }
        found.entrySet().removeIf(each -> isOf(replies, each.getKey()) || isOf(replies, each.getValue()));
    }

    private static boolean isOf(ActorRef<JobEvent> replies, Client client) {
        return client instanceof Outside outside && outside.replyTo().equals(replies);
    }

    /** Counts what a desk is told; returns whether its client has results enough to take from now on. */
    boolean told(ActorRef<JobEvent> replyTo, JobEvent event) {
        Known desk = byReplies.get(replyTo);
        return desk != null && desk.backlog().add(event);
    }

    /** Whether that desk's client has results enough to take. */
    boolean isFull(ActorRef<JobEvent> replyTo) {
        Known desk = byReplies.get(replyTo);
        return desk != null && desk.backlog().isFull();
    }

    /** What a client has found of another's is that job. */
    void found(PoolSupervisor.FindJob find, Outside original) {
        found.put(new Outside(find.replyTo(), find.job()), original);
    }

    void foundEnded(Outside finder) {
        found.remove(finder);
    }

    @Nullable
    ActorRef<JobEvent> repliesOf(String session) {
        Known known = bySession.get(session);
        return known == null
                ? null
                : byReplies.entrySet().stream()
                        .filter(each -> each.getValue().equals(known))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(null);
    }
}
