package io.github.clusterpool;

import io.github.clusterpool.trust.Role;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What members of a cluster say to each other, by who may say it; the kind of a message stands before it on the way. */
enum Saying {
    /** Gives jobs. */
    JOBS('j', Role.CLIENT),
    /** Asks what there is. */
    QUESTION('q', Role.CLIENT, Role.NODE, Role.ADMIN),
    /** Tells a node to drain. */
    DRAIN('d', Role.ADMIN),
    /** Speaks for a pool, to its clients and to nodes: those have pools who give jobs, and nodes that host them. */
    POOL('o', Role.CLIENT, Role.NODE),
    /** The same, for the messages that have a form of their own. */
    CHUNK('c', Role.CLIENT, Role.NODE),
    /** Speaks for workers. */
    WORKER('n', Role.NODE),
    /** The same, for the messages that have a form of their own. */
    ANSWER('a', Role.NODE),
    /** Carries pieces of what somebody else has asked for. */
    BLOB('b', Role.CLIENT, Role.NODE),
    /** The same, for the messages that have a form of their own. */
    PIECE('p', Role.CLIENT, Role.NODE),
    /** Is for actors of one JVM. */
    LOCAL('l');

    private static final @Nullable Saying[] BY_CODE = new Saying[Byte.MAX_VALUE + 1];

    static {
        for (Saying saying : values()) {
            BY_CODE[saying.code] = saying;
        }
    }

    private final byte code;

    @SuppressWarnings("ImmutableEnumChecker") // what Set.of gives is immutable
    private final Set<Role> roles;

    Saying(char code, Role... roles) {
        this.code = (byte) code;
        this.roles = Set.of(roles);
    }

    byte code() {
        return code;
    }

    private static @Nullable Saying of(byte kind) {
        return kind < 0 ? null : BY_CODE[kind];
    }

    static boolean isKnown(byte kind) {
        return of(kind) != null;
    }

    /** Whether a member in that role may say what is of that kind. */
    static boolean isAllowed(byte kind, Role role) {
        Saying saying = of(kind);
        return saying != null && saying.roles.contains(role);
    }

    static String name(byte kind) {
        Saying saying = of(kind);
        return saying == null ? "unknown" : saying.name().toLowerCase(Locale.ROOT);
    }

    static Saying of(Object message) {
        if (message instanceof Talk.Said said) {
            return said.side() == Talk.Side.CLIENT ? JOBS : said.side() == Talk.Side.COPY ? WORKER : POOL;
        }
        if (message instanceof BlobPort.FromPeer) {
            return message instanceof BlobPort.Piece ? PIECE : BLOB;
        }
        if (message instanceof NodeDoor.FromMember) {
            return message instanceof NodeDoor.Drain ? DRAIN : message instanceof NodeDoor.Visit ? QUESTION : POOL;
        }
        if (message instanceof PoolSupervisor.Command command) {
            return ofSupervisor(command);
        }
        if (message instanceof NodeHost.FromPool numbered) {
            return numbered.message() instanceof NodeHost.RunChunk ? CHUNK : POOL;
        }
        if (message instanceof CodeServer.Stop || message instanceof Greeter.Take) {
            return LOCAL;
        }
        boolean isWorkers = message instanceof Shelf.FromHost
                || message instanceof JoinedNodes.Offered
                || message instanceof JoinedWorker.Answered
                || message instanceof DriverLog.Line
                || message instanceof CodeServer.Command;
        return message instanceof NodeHost.RunChunk ? CHUNK : isWorkers ? WORKER : POOL;
    }

    private static Saying ofSupervisor(PoolSupervisor.Command command) {
        if (command instanceof PoolSupervisor.JobCommand
                || command instanceof PoolSupervisor.Cancel
                || command instanceof Desks.Attach) {
            return JOBS;
        }
        if (command instanceof PoolSupervisor.GetStatus) {
            return QUESTION;
        }
        boolean isNodes = command instanceof PoolSupervisor.FromWorker
                || command instanceof PoolSupervisor.NodeUp
                || command instanceof PoolSupervisor.NodeBeat
                || command instanceof HostedPool.CopyOpen;
        PoolSupervisor.Command content = command instanceof PoolSupervisor.FromNode from ? from.message() : command;
        return content instanceof PoolSupervisor.WorkerAnswered
                ? ANSWER
                : isNodes || command instanceof PoolSupervisor.FromNode ? WORKER : LOCAL;
    }
}
