package io.github.clusterpool;

import io.github.clusterpool.state.Event;
import io.github.clusterpool.state.PoolState;
import java.time.Duration;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** A pool that the nodes host, on one of them: goes on where the host before has ended, and leaves to the next what it needs. */
final class HostedPool {
    private static final Duration TICK = Duration.ofMillis(250);

    /** What only such a pool is told. */
    sealed interface Message extends PoolSupervisor.Command {}

    /** A copy of the pool is open on another node. */
    record CopyOpen(long talk, ActorRef<Talk.Said> shelf, ActorRef<BlobPort.Command> blobs) implements Message {}

    /** From a copy. */
    record CopySaid(Talk.Said said) implements Message {}

    /** It is time to look at the copies. */
    record CopyTick() implements Message {}

    /** The node is about to go: nothing new begins, and what runs may end within the grace. */
    record Retire(Duration grace, ActorRef<Retired> replyTo) implements Message {}

    /** What the pool knows is elsewhere, too. */
    record Retired() implements PoolMessage {}

    /** A client has heard all that there was, or cannot. */
    record DeskFinished(String session, boolean all) implements Message {}

    /** A client has said which of its jobs it still wants. */
    record AllSaid(String session) implements Message {}

    /** A job to outlive its client has ended, and went so. */
    record Hold(HeldResults results) implements Message {}

    /** Nobody can ask for that job any more. */
    record LetGo(String session, long job) implements Message {}

    /** The pool ends for one with other settings, if it is still deleted. */
    record MakeRoom() implements Message {}

    /** The nodes that may have copies. */
    private record Shelves(Set<ActorRef<Shelf.Command>> found) implements Message {}

    /** The pool itself, as it is without this. */
    interface Pool {
        void apply(PoolSupervisor.JobCommand command);

        long register(PoolSupervisor.Submit submit);

        void decide(Event event);
    }

    private final PoolConfig config;
    private final Machine machine;
    private final PoolState state;
    private final Clients clients;
    private final Desks desks;
    private final ActorContext<PoolSupervisor.Command> context;
    private final Pool pool;
    private final Kept kept;
    private final ActorRef<PoolHost.Command> host;
    private final Copies copies;
    private final Hosting hosting;
    private Set<ActorRef<Shelf.Command>> found = Set.of();
    private boolean hasCopy = true;
    private int ticksAlone;

    /** With what {@code kept} has of the supervisor before. */
    HostedPool(
            ActorContext<PoolSupervisor.Command> context,
            TimerScheduler<PoolSupervisor.Command> timers,
            PoolConfig config,
            Machine machine,
            PoolState state,
            Clients clients,
            Desks desks,
            Pool pool,
            Kept kept,
            ActorRef<PoolHost.Command> host) {
        this.context = context;
        this.config = config;
        this.machine = machine;
        this.state = state;
        this.clients = clients;
        this.desks = desks;
        this.pool = pool;
        this.kept = kept;
        this.host = host;
        this.copies = new Copies(context, config, kept);
        this.hosting = new Hosting(copies, kept.earlier(), machine.nanos());
        kept.earlier().items().forEach(this::remember);
        ActorRef<Receptionist.Listing> listings = context.messageAdapter(
                Receptionist.Listing.class, listing -> new Shelves(listing.getServiceInstances(Shelf.KEY)));
        context.getSystem().receptionist().tell(Receptionist.subscribe(Shelf.KEY, listings));
        timers.startTimerWithFixedDelay("copies", new CopyTick(), TICK);
        context.getSelf().tell(new CopyTick());
    }

    /** Returns whether the pool goes on. */
    boolean take(Message message) {
        if (message instanceof MakeRoom) {
            return isInUse();
        } else if (message instanceof CopySaid from) {
            copies.onSaid(from.said(), machine.nanos());
        } else if (message instanceof CopyOpen open) {
            copies.onOpen(open, machine.nanos());
        } else if (message instanceof Shelves shelves) {
            found = shelves.found();
            openCopies();
        } else if (message instanceof DeskFinished finished) {
            hosting.finished(finished.session(), finished.all(), machine.nanos());
        } else if (message instanceof AllSaid said) {
            hosting.allSaid(said.session());
            restoreIfReady();
        } else if (message instanceof Hold hold) {
            hosting.hold(hold.results().copy(config.cluster().holdCopyBytes()), machine.nanos());
        } else if (message instanceof LetGo over) {
            hosting.letGo(over.session(), over.job(), machine.nanos());
        } else if (message instanceof Retire retire) {
            hosting.retire(retire, machine.nanos());
            pool.decide(new Event.Pause());
        } else if (message instanceof CopyTick) {
            copies.tick(machine.nanos());
            restoreIfReady();
            finishIfIdle();
            warnIfAlone();
        }
        applyCopied();
        hosting.retireIfDone(machine.nanos());
        return true;
    }

    /** What begins just now its client gives to the next one. */
    private boolean isInUse() {
        boolean isInUse = !hosting.isRestored() || state.exists();
        if (isInUse) {
            host.tell(new PoolHost.InUse());
        }
        return isInUse;
    }

    /** Two seconds are no time for a copy to be made. */
    private void warnIfAlone() {
        ticksAlone = copies.count() > 0 ? 0 : ticksAlone + 1;
        boolean has = ticksAlone < 8;
        if (hasCopy && !has) {
            context.getLog().warn(ClientMessages.noCopy(config.name()));
        }
        hasCopy = has;
    }

    /** Whether the desks have nothing to do with that. */
    boolean takes(Desks.Message message) {
        if (message instanceof Desks.Closed closed) {
            hosting.letGo(closed.session(), machine.nanos());
            hosting.cancelAll(closed.replies());
            hosting.finished(closed.session(), true, machine.nanos()); // it may have missed that it was asked
        }
        return message instanceof Desks.Attach attach && isToBeRenewed(attach);
    }

    /** A pool that was deleted gets the settings of who opens it next; that client is heard when it asks once more. */
    private boolean isToBeRenewed(Desks.Attach attach) {
        PoolConfig wanted = Desks.wanted(attach);
        boolean isThere = hosting.isRestored() && state.exists();
        if (wanted == null || isThere || WorkerSetup.differences(config, wanted).isEmpty()) {
            return false;
        }
        if (hosting.isRestored()) {
            host.tell(new PoolHost.Renew(wanted));
        }
        return true;
    }

    // ---- commands

    void command(PoolSupervisor.JobCommand command) {
        if (hosting.isRestored()) {
            hosting.take(new Booked(clients.sessionOf(command.replyTo()), command), machine.nanos());
            applyCopied();
        } else {
            hosting.defer(command);
        }
    }

    /** Whether that has to wait: for all that an earlier host had, or for its job's turn. */
    boolean defers(PoolSupervisor.Cancel cancel) {
        if (!hosting.isRestored()) {
            hosting.defer(cancel);
            return true;
        }
        Clients.Client job = clients.original(new Clients.Outside(cancel.replyTo(), cancel.job()));
        return job instanceof Clients.Outside outside && hosting.cancel(outside);
    }

    /** A client's job that an earlier host had, or may have had. */
    void resume(PoolSupervisor.Resume resume) {
        PoolSupervisor.JobCommand command = resume.command();
        String session = clients.sessionOf(command.replyTo());
        if (!hosting.isRestored() && hosting.knows(session, command.job())) {
            hosting.resume(session, command.job(), resume.done());
            restoreIfReady();
        } else if (!hosting.isRestored()) {
            hosting.defer(resume);
        } else if (command instanceof PoolSupervisor.Submit submit && resume.done().length > 0) {
            again(submit, resume.done(), true);
        } else {
            command(command);
        }
    }

    void ended(long job) {
        hosting.ended(job, this::hasDesk, machine.nanos());
        keepChanges();
    }

    private boolean hasDesk(String session) {
        return clients.desk(session) != null;
    }

    private void applyCopied() {
        for (Hosting.Waiting next = hosting.poll(machine.nanos()); next != null; next = hosting.poll(machine.nanos())) {
            apply(next.number(), next.booked());
        }
    }

    private void apply(long number, Booked booked) {
        long epoch = state.epoch();
        long job = clients.nextJob();
        pool.apply(booked.command());
        if (hosting.isCancelled(number)) {
            context.getSelf()
                    .tell(new PoolSupervisor.Cancel(
                            booked.command().job(), booked.command().replyTo()));
        }
        long now = machine.nanos();
        boolean isTasks = booked.command() instanceof PoolSupervisor.Submit;
        if (isTasks && clients.pending(job) != null) {
            hosting.isJob(job, number);
        } else if (state.epoch() > epoch) {
            hosting.isChange(state.epoch(), job, number);
        } else {
            hosting.isOver(number, now);
        }
        if (!isTasks) {
            hosting.isSized(booked, job, state.exists() ? state.size() : 0, now);
            keepChanges();
        }
        if (clients.pending(job) == null) {
            hosting.ended(job, this::hasDesk, now); // before all that was known of it
        }
    }

    private void keepChanges() {
        hosting.keepChanges(state::journal, state.journalRemovals(), machine.nanos());
    }

    /** A job that another host has begun: what its client has of it is not run again. */
    private void again(PoolSupervisor.Submit submit, long[] done, boolean mayHaveRun) {
        Work work = submit.work();
        long job = pool.register(submit);
        hosting.isJob(job, hosting.book(new Booked(clients.sessionOf(submit.replyTo()), submit), machine.nanos()));
        boolean held = clients.isFull(submit.replyTo());
        Event.Submit event = new Event.Submit(job, work.extent(config.threshold()), work.rules(), held);
        pool.decide(
                done.length == 0 && !mayHaveRun
                        ? event
                        : new Event.Resume(event, done, mayHaveRun, ClientMessages.lostWithHost(config.name())));
    }

    // ---- the host before

    private void remember(Shelf.Item item) {
        if (item instanceof HeldResults results) {
            desks.of(results.session()).tell(new Desk.Restore(results));
        } else if (item instanceof Booked booked && !booked.session().isEmpty()) {
            desks.of(booked.session()).tell(new Desk.Remember(booked.command().job(), booked.isDetached()));
        }
    }

    private void restoreIfReady() {
        if (!hosting.isRestored() && hosting.mayRestore(machine.nanos())) {
            hosting.earlier().forEach(this::restore);
            hosting.holdAgain(this::hasDesk, machine.nanos());
            kept.setWhole();
            hosting.restored().forEach(context.getSelf()::tell);
            openCopies();
            context.getLog().info("pool '{}' serves", config.name());
        }
    }

    /** Not before all is here that the last host has left: until then, what others have of that is better. */
    private void openCopies() {
        if (hosting.isRestored()) {
            copies.onShelves(Ages.oldestFirst(context.getSystem(), found));
        }
    }

    private void restore(Booked booked) {
        ActorRef<JobEvent> replies = clients.repliesOf(booked.session());
        long[] done = hosting.done(booked);
        ActorRef<JobEvent> wanting = done != null || booked.isDetached() ? replies : null;
        PoolSupervisor.JobCommand command =
                booked.command().to(wanting == null ? context.getSystem().ignoreRef() : wanting);
        if (!(command instanceof PoolSupervisor.Submit submit)) {
            Booked again = new Booked(booked.session(), command);
            apply(hosting.book(again, machine.nanos()), again);
        } else if (wanting != null) {
            again(submit, done == null ? new long[0] : done, done == null || !hosting.isClean());
        }
    }

    // ---- the end of this host

    private void finishIfIdle() {
        if (hosting.isRestored()
                && hosting.isRetiring()
                && state.isIdle()
                && hosting.beginToFinish(clients.sessions())) {
            clients.sessions().forEach(session -> desks.of(session).tell(new Desk.Finish()));
            hosting.finished("", true, machine.nanos());
        }
    }
}
