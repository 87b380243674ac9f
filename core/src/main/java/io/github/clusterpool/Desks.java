package io.github.clusterpool;

import com.typesafe.config.ConfigException;
import io.github.clusterpool.state.Ending;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/** The desks that a pool has for its clients on other members, and what is asked there of the pool as a whole. */
final class Desks {
    /** What clients, and their desks, say to the pool. */
    sealed interface Message extends PoolSupervisor.Command {}

    /**
     * A client on another member wants a desk, or asks for its desk once more.
     *
     * @param session known to that client alone
     * @param talk the number of their talk
     * @param settings that the pool must have, as {@link WorkerSetup#text} writes them; empty: any
     * @param code has the client's classes; null if they are not to be sent
     */
    record Attach(
            String session,
            long talk,
            String settings,
            ActorRef<Talk.Said> client,
            ActorRef<BlobPort.Command> blobs,
            @Nullable ActorRef<CodeServer.Command> code,
            ActorRef<ClientLine.Command> replyTo)
            implements Message {}

    /** A desk begins, and says for whom it hears. */
    record Opened(String session, ActorRef<JobEvent> replies) implements Message {}

    record Closed(String session, ActorRef<JobEvent> replies) implements Message {}

    /** No desk has what was asked for. */
    record NoSuchJob(long job, ActorRef<JobEvent> replyTo) implements Message {}

    /** Who had found a job under that number has been told its end. */
    record FoundEnded(long job, ActorRef<JobEvent> replyTo) implements Message {}

    /** Somebody has said what is not for a member in its role to say, by its certificate. */
    record NotAllowed(PoolSupervisor.Command command) implements Message {}

    private final ActorContext<PoolSupervisor.Command> context;
    private final PoolConfig config;
    private final Clients clients;
    private final Supplier<PoolStatus> status;
    private final boolean codeShipping;
    private long last;

    Desks(
            ActorContext<PoolSupervisor.Command> context,
            PoolConfig config,
            Clients clients,
            Supplier<PoolStatus> status) {
        this.context = context;
        this.config = config;
        this.clients = clients;
        this.status = status;
        this.codeShipping = config.shipsCode(context.getSystem());
    }

    void take(Message message) {
        if (message instanceof Attach attach) {
            onAttach(attach);
        } else if (message instanceof Opened opened) {
            clients.deskOpen(opened.session(), opened.replies());
        } else if (message instanceof Closed closed) {
            clients.deskClosed(closed.session(), closed.replies());
        } else if (message instanceof FoundEnded found) {
            clients.foundEnded(new Clients.Outside(found.replyTo(), found.job()));
        } else if (message instanceof NoSuchJob none) {
            clients.foundEnded(new Clients.Outside(none.replyTo(), none.job()));
            end(none.job(), none.replyTo(), new Ending.NoSuchJob());
        } else if (message instanceof NotAllowed refused) {
            onNotAllowed(refused.command());
        }
    }

    private void onAttach(Attach attach) {
        String refusal = refusal(attach);
        if (!refusal.isEmpty()) {
            attach.replyTo().tell(new ClientLine.Refused(refusal));
            return;
        }
        ActorRef<Desk.Command> desk = of(attach.session());
        clients.deskHas(attach.session(), codeShipping ? attach.code() : null);
        desk.tell(new Desk.Seat(attach, status.get()));
    }

    /** Why a client cannot have the pool as it wants it; empty: it can. */
    String refusal(Attach attach) {
        PoolConfig wanted = wanted(attach);
        if (wanted == null) {
            return attach.settings().isEmpty() ? "" : ClientMessages.unreadableSettings(config.name());
        }
        List<WorkerSetup.Difference> differences = WorkerSetup.differences(config, wanted);
        return differences.isEmpty() ? "" : ClientMessages.otherSettings(config.name(), differences);
    }

    /** The settings that the pool must have; null if any will do, or nobody here can read them. */
    static @Nullable PoolConfig wanted(Attach attach) {
        try {
            return attach.settings().isEmpty() ? null : WorkerSetup.config(attach.settings());
        } catch (ConfigException | IllegalArgumentException e) {
            return null;
        }
    }

    /** The desk of a session, which may have to be made. */
    ActorRef<Desk.Command> of(String session) {
        ActorRef<Desk.Command> known = clients.desk(session);
        if (known != null) {
            return known;
        }
        Backlog backlog = new Backlog(config.cluster().backlog());
        ActorRef<Desk.Command> desk =
                context.spawn(Desk.create(config, session, backlog, context.getSelf()), "desk-" + ++last);
        clients.deskMade(session, desk, backlog);
        return desk;
    }

    /** Another client's job is for its desk to give. */
    void find(PoolSupervisor.FindJob find) {
        JobId id = JobId.parse(find.id());
        ActorRef<Desk.Command> desk = clients.desk(id.session());
        ActorRef<JobEvent> replies = clients.repliesOf(id.session());
        if (desk == null || replies == null) {
            end(find.job(), find.replyTo(), new Ending.NoSuchJob());
            return;
        }
        clients.found(find, new Clients.Outside(replies, id.job()));
        desk.tell(new Desk.Yield(id.job(), find.replyTo(), find.job()));
    }

    private void onNotAllowed(PoolSupervisor.Command command) {
        if (command instanceof PoolSupervisor.JobCommand job) {
            job.replyTo()
                    .tell(new JobEvent.Ended(job.job(), 0, new Ending.NotAllowed(), PoolStatus.none(config.name())));
        } else if (command instanceof Attach attach) {
            attach.replyTo().tell(new ClientLine.Refused(ClientMessages.notAllowed(config.name())));
        }
    }

    private void end(long job, ActorRef<JobEvent> replyTo, Ending ending) {
        replyTo.tell(new JobEvent.Ended(job, 0, ending, status.get()));
    }
}
