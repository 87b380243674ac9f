package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members may say by their certificates' roles, whatever else they say. */
class RolesTest {
    @TempDir
    Path folder;

    private static Set<Role> mayBeSaidBy(PoolMessage message) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (Saying.isAllowed(MessageFormat.kind(message), role)) {
                roles.add(role);
            }
        }
        return roles;
    }

    @Test
    @SuppressWarnings("NullAway") // nobody is told anything
    void saying_eachKind_isForItsRoles() {
        byte[] none = {};
        assertThat(mayBeSaidBy(new NodeDoor.Drain())).containsExactly(Role.ADMIN);
        assertThat(mayBeSaidBy(new NodeDoor.Visit(null, null))).containsExactlyInAnyOrder(Role.values());
        assertThat(mayBeSaidBy(new PoolSupervisor.GetStatus(null))).containsExactlyInAnyOrder(Role.values());
        assertThat(mayBeSaidBy(new PoolSupervisor.Delete(1, null))).containsExactly(Role.CLIENT);
        assertThat(mayBeSaidBy(new PoolSupervisor.Cancel(1, null))).containsExactly(Role.CLIENT);
        assertThat(mayBeSaidBy(new Desks.Attach("", 1, "", null, null, null, null)))
                .containsExactly(Role.CLIENT);
        assertThat(mayBeSaidBy(new Talk.Said(Talk.Side.CLIENT, 1, 1, 1, none))).containsExactly(Role.CLIENT);
        assertThat(mayBeSaidBy(new Talk.Said(Talk.Side.POOL, 1, 1, 1, none)))
                .containsExactlyInAnyOrder(Role.NODE, Role.CLIENT);
        assertThat(mayBeSaidBy(new Talk.Said(Talk.Side.COPY, 1, 1, 1, none))).containsExactly(Role.NODE);
        assertThat(mayBeSaidBy(new Shelf.Forget("", 1))).containsExactly(Role.NODE);
        assertThat(mayBeSaidBy(new HostedPool.CopyOpen(1, null, null))).containsExactly(Role.NODE);
        assertThat(mayBeSaidBy(new PoolSupervisor.Resume(new PoolSupervisor.Delete(1, null), new long[0])))
                .isEmpty();
        assertThat(mayBeSaidBy(new HostedPool.CopyTick())).isEmpty();
        assertThat(mayBeSaidBy(new CodeServer.Stop())).isEmpty();
        assertThat(mayBeSaidBy(new JobEvent.Dealt(1, 1))).containsExactlyInAnyOrder(Role.NODE, Role.CLIENT);
        assertThat(Saying.isAllowed((byte) 'x', Role.ADMIN)).isFalse();
    }

    private PoolConfig config(String more) {
        return LivePool.config(
                """
                name = roles, placement = cluster
                cluster { home = "%s", slots = 1, start-timeout = %ds, %s }
                """.formatted(folder.resolve("home"), Patience.much().toSeconds(), more));
    }

    /** Where nobody sees by whose connection it came. */
    private static void hidden(ActorSystem<?> from, ActorRef<?> whom, Object message) {
        org.apache.pekko.actor.ActorSystem classic = Adapter.toClassic(from);
        ActorSelection selection = classic.actorSelection(
                whom.path().toStringWithAddress(whom.path().address()));
        selection.tell(message, classic.deadLetters());
    }

    private List<String> refusals() throws Exception {
        return Files.readAllLines(folder.resolve("home").resolve("audit.jsonl")).stream()
                .filter(line -> line.contains("not-allowed"))
                .toList();
    }

    @Test
    @Tag("clients")
    void members_inRolesThatMayNot_areRefusedWithOneLineAndOthersAreNot() throws Exception {
        ClusterNode node = ClusterNode.start(config("node-name = first"));
        PoolConfig joining = config("join = \"" + node.address() + "\"");
        ActorSystem<?> client = ClusterSystem.join(joining, Role.CLIENT);
        ActorSystem<?> other = ClusterSystem.join(joining, Role.NODE);
        try (Pool pool = Pool.open(joining.workers(1))) {
            NodesHere.find(client, NodeDoor.KEY).tell(new NodeDoor.Drain());
            Patience.await().until(() -> refusals().size() == 1);

            assertThat(pool.lapply(List.of(1, 2), i -> i + 1).join(Patience.much()))
                    .containsExactly(2, 3);
            assertThat(refusals()).singleElement().asString().contains("/client/", "(drain)");
            assertThatThrownBy(() ->
                            Pool.connect(other, "roles").toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .rootCause()
                    .hasMessageContaining("takes jobs from members with a client's certificate only");
            assertThat(refusals()).last().asString().contains("/node/", "(jobs)");
            assertThat(Pool.connect(client, "roles")
                            .toCompletableFuture()
                            .join()
                            .lapply(List.of(1), i -> i)
                            .join(Patience.much()))
                    .containsExactly(1);
            ActorRef<NodeDoor.Command> door = NodesHere.find(client, NodeDoor.KEY);
            Patience.await().until(() -> {
                hidden(client, door, new NodeDoor.Drain()); // again, as the log has but one line a second
                return refusals().get(refusals().size() - 1).contains("hides in a message of Pekko");
            });
            assertThat(refusals()).last().asString().contains("(drain)");
            assertThat(node.isReady()).isTrue();
            assertThat(AuditLog.verify(folder.resolve("home").resolve("audit.jsonl"))
                            .fault())
                    .isNull();
        } finally {
            ClusterSystem.end(client);
            ClusterSystem.end(other);
            try (ClusterAdmin admin = ClusterAdmin.connect(joining)) {
                assertThat(admin.drain("first")).hasSize(1);
            }
            assertThat(node.whenEnded()).succeedsWithin(Patience.much());
        }
    }
}
