package io.github.clusterpool;

import io.github.clusterpool.trust.AuditLog;
import io.github.clusterpool.trust.Authority;
import io.github.clusterpool.trust.Door;
import io.github.clusterpool.trust.Enrolment;
import io.github.clusterpool.trust.Role;
import io.github.clusterpool.trust.TicketOffice;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the node has besides that began the cluster: the authority, where others join by ticket, and its address in its home. */
final class FirstNode implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(FirstNode.class);

    private final String name;

    /** In the order in which it is closed. */
    private final List<Closeable> open = new ArrayList<>();

    private FirstNode(String name) {
        this.name = name;
    }

    static FirstNode open(PoolConfig config, String name, String address) throws IOException {
        FirstNode first = new FirstNode(name);
        ClusterHome home = new ClusterHome(config.cluster());
        String enrolment = "-";
        if (config.security() == Security.TLS) {
            enrolment = config.cluster().host() + ":"
                    + first.enrolment(config.cluster(), home).port();
        }
        home.write(new ClusterHome.Addresses(address, enrolment));
        return first;
    }

    private Enrolment enrolment(ClusterConfig cluster, ClusterHome home) throws IOException {
        Authority authority = home.authority();
        AuditLog audit = home.audit();
        open.add(audit);
        TicketOffice office = home.tickets(authority, audit);
        open.add(0, office);
        Enrolment opened = Enrolment.open(
                new InetSocketAddress(cluster.host(), cluster.enrolmentPort()),
                authority,
                authority.issue(Role.NODE, name, ClusterHome.VALIDITY),
                office,
                audit,
                ClusterHome.VALIDITY,
                Door.Limits.DEFAULT,
                Clock.systemUTC());
        open.add(0, opened::close);
        return opened;
    }

    @Override
    public void close() {
        for (Closeable each : open) {
            try {
                each.close();
            } catch (IOException e) {
                LOG.warn("node '{}' did not close all that it had: {}", name, e.toString());
            }
        }
    }
}
