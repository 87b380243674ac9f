package io.github.clusterpool;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The texts that clients of pools on other members can meet, and whoever runs the nodes that host pools. */
final class ClientMessages {
    private ClientMessages() {}

    static String notAJobId(String got) {
        return "a job's id must be as Job.id() gives it, got " + Messages.preview(got);
    }

    static String notAllowed(String pool) {
        return "pool '" + pool
                + "' takes jobs from members with a client's certificate only; join with a client's ticket"
                + " (clusterpool ticket NAME --client)";
    }

    static String noSuchJob(String pool) {
        return "pool '" + pool + "' has no job of that id: only jobs with JobOptions.detached(true) are found, until"
                + " clusterpool.cluster.hold after their end, and of one client's no more than"
                + " clusterpool.cluster.hold-bytes, the last ones";
    }

    static String lostWithHost(String pool) {
        return "was lost with the host of pool '" + pool + "'";
    }

    static String jobLostWithHost(String pool) {
        return "the results of the job, or some of them, were lost with the host of pool '" + pool
                + "' that had them: others have no more than clusterpool.cluster.hold-copy-bytes of a job that has ended, and nothing"
                + " of what a client was told of one that had not; give it again";
    }

    static String ownerGone(String pool) {
        return "pool '" + pool
                + "' is closed, or the member of the cluster that had it is gone; a pool made with"
                + " PoolConfig.onCluster() outlives its members";
    }

    static String hosted(String pool) {
        return "pool '" + pool
                + "' is for the nodes to host (clusterpool.cluster.hosted), and not for this ActorSystem;"
                + " use Pool.open or Pool.connect";
    }

    static String noCopy(String pool) {
        return "pool '" + pool + "' has no copy on another node, and would be lost with this one; start another"
                + " (clusterpool node --join HOST:PORT)";
    }

    static String otherSettings(String pool, List<WorkerSetup.Difference> differences) {
        return "pool '" + pool + "' is there already with other settings: "
                + differences.stream()
                        .map(each -> each.key() + " is " + shown(each.theirs()) + " there and " + shown(each.ours())
                                + " here")
                        .collect(Collectors.joining(", "))
                + "; open it with the same, take it as it is (Pool.connect), or delete it before (Pool.delete)";
    }

    private static String shown(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "empty" : value.toString();
    }

    static String unreadableSettings(String pool) {
        return "pool '" + pool
                + "' cannot be opened with settings that its host cannot read: they are of another version of"
                + " clusterpool (clusterpool status shows which its nodes have); take it as it is (Pool.connect)";
    }

    static String failed(String pool, int failures, int most, Duration pause) {
        return "pool '" + pool + "': its supervisor has ended by an error (" + failures + " in a row, of " + most
                + " at most); it starts again in " + pause.toMillis() + " ms with what it had";
    }

    static String givenUp(String pool, int failures, Throwable error) {
        return "pool '" + pool + "' is given up: its supervisor has ended by an error " + failures
                + " times in a row, at last by " + error + "; the log of the node that hosts it has more;"
                + " Pool.open makes it anew, without what it had";
    }

    static String noHost(String pool, Duration atMost) {
        return "pool '" + pool + "' has had no host for " + atMost.toSeconds()
                + " s; see whether nodes are there (clusterpool status), and connect again";
    }

    static String notOnCluster(String pool, Duration atMost) {
        return "no member of the cluster has had pool '" + pool + "' for " + atMost.toSeconds()
                + " s; see which there are (clusterpool status), or open it";
    }

    static String notHeld(String pool, long job, long limit, boolean isThere) {
        return "pool '" + pool + "': results of job " + job + ", which is to outlive its client, take more than"
                + " clusterpool.cluster.hold-bytes (" + limit + "); it "
                + (isThere ? "is cancelled when its client goes" : "is cancelled");
    }

    static String tooLargeForMessage(long bytes, long limit) {
        return "its results of " + bytes + " bytes must take at most " + limit
                + " bytes to go to an actor elsewhere; use Pool.connect, smaller chunks, or raise"
                + " clusterpool.max-message-size";
    }
}
