package io.github.clusterpool.bench;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/** A client and its members, with an {@code IExecutorService}. */
final class Hazelcast extends Submitting {
    private static final String EXECUTOR = "bench";
    private static final List<String> OPTIONS = List.of(
            "--add-modules", "java.se",
            "--add-exports", "java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens", "java.base/java.lang=ALL-UNNAMED",
            "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens", "java.management/sun.management=ALL-UNNAMED",
            "--add-opens", "jdk.management/com.sun.management.internal=ALL-UNNAMED");

    private final Members members = new Members();
    private HazelcastInstance client;
    private IExecutorService executor;

    @Override
    boolean openMembers(int count) throws Exception {
        ClientConfig config = new ClientConfig();
        config.setProperty("hazelcast.logging.type", "none");
        for (int port : members.start(Member.class, count, OPTIONS)) {
            config.getNetworkConfig().addAddress("127.0.0.1:" + port);
        }
        client = HazelcastClient.newHazelcastClient(config);
        executor = client.getExecutorService(EXECUTOR);
        return true;
    }

    @Override
    public List<Long> pids() {
        return members.pids();
    }

    @Override
    <R> Callable<R> submit(Callable<R> task) {
        return executor.submit(task)::get;
    }

    @Override
    public void all() throws Exception {
        for (Future<Integer> future : executor.submitToAllMembers(Work.NOTHING).values()) {
            future.get();
        }
    }

    @Override
    public void export(byte[] bytes) throws Exception {
        for (Future<Integer> future :
                executor.submitToAllMembers(new Kept(bytes)).values()) {
            future.get();
        }
    }

    @Override
    public void close() throws Exception {
        try {
            client.shutdown();
        } finally {
            members.stop();
        }
    }

    /** The main class of a member's JVM. */
    static final class Member {
        private Member() {}

        public static void main(String[] args) throws Exception {
            Config config = new Config();
            config.setProperty("hazelcast.logging.type", "none");
            config.setProperty("hazelcast.phone.home.enabled", "false");
            config.getNetworkConfig().setPort(Integer.parseInt(args[0])).setPortAutoIncrement(false);
            config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
            JoinConfig join = config.getNetworkConfig().getJoin();
            join.getAutoDetectionConfig().setEnabled(false);
            join.getMulticastConfig().setEnabled(false);
            join.getTcpIpConfig().setEnabled(true);
            for (int i = 2; i < args.length; i++) {
                join.getTcpIpConfig().addMember("127.0.0.1:" + args[i]);
            }
            config.getExecutorConfig(EXECUTOR).setPoolSize(Integer.parseInt(args[1]));
            HazelcastInstance member = com.hazelcast.core.Hazelcast.newHazelcastInstance(config);
            while (member.getCluster().getMembers().size() < args.length - 2) {
                Thread.sleep(5);
            }
            Members.serveUntilInputEnds();
        }
    }
}
