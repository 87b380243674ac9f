package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** For actors that look at the cluster: one that nobody has joined. */
final class ClusterKit {
    private ClusterKit() {}

    static ActorTestKit create(String name) {
        return ActorTestKit.create(name, ConfigFactory.parseString("""
                        pekko.actor.provider = cluster
                        pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                        """).withFallback(ConfigFactory.load()));
    }
}
