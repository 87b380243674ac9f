package io.github.clusterpool;

import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.Halt;
import io.github.clusterpool.wire.BlobRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All texts a user can meet, in one wording: what must be or happened, what was found, and what to do next. */
final class Messages {
    /** How many elements a stream has. */
    static final int UNKNOWN_SIZE = -1;

    /** Nobody knows which worker it was. */
    private static final int NO_WORKER = 0;

    private static final int MAX_PREVIEW = 60;

    private Messages() {}

    // ---- what callers hand in

    static String atMost(String what, long bound, long got) {
        return what + " must be at most " + bound + ", got " + got;
    }

    static String atLeast(String what, long bound, long got) {
        return what + " must be at least " + bound + ", got " + got;
    }

    static String notAWorker(int got, Set<Integer> workers) {
        return "worker must be one of " + workers + ", got " + got;
    }

    static String positive(String what, Duration got) {
        return what + " must be longer than zero, got " + got;
    }

    static String longer(String what, String than, Duration bound, Duration got) {
        return what + " must be longer than " + than + " (" + bound + "), got " + got;
    }

    static String missing(String what) {
        return what + " must be given, got null";
    }

    static String identifier(String what, String got) {
        return what + " must be an identifier (letters, digits, _ and $, no digit first), got '" + got + "'";
    }

    static String nothingToExport() {
        return "values must name at least one variable, got none";
    }

    static String namesMismatch(int names, int values) {
        return "names must be as many as values (" + values + ") or none, got " + names;
    }

    static String zeroLength(List<Integer> lengths) {
        return "lists must be all empty or all non-empty, got lengths " + lengths
                + "; an empty list cannot be recycled";
    }

    static String notAState(int[] words) {
        return "words must be six, neither the first nor the last three all 0, the first three below " + RandomStream.M1
                + " and the last three below " + RandomStream.M2 + " as unsigned numbers, got "
                + Arrays.toString(words);
    }

    static String rowLength(int row, int first, int got) {
        return "row " + row + " must be as long as row 0 (" + first + "), got " + got;
    }

    static String unknownKey(String key, Collection<String> known) {
        return "unknown configuration key " + key + "; known keys: " + String.join(", ", known);
    }

    static String badConfig(String problem) {
        return problem + "; see reference.conf of clusterpool-core for all keys";
    }

    static String notAJar(Path got) {
        return "clusterpool.jars must be files, got " + got;
    }

    static String noJava(Path home, String got) {
        return "clusterpool.processes.java-home must be the folder of a JDK or JRE " + Jdk.OLDEST + " or later, got "
                + home + ": " + got;
    }

    static String isolatedWithoutShipping() {
        return "clusterpool.processes.isolated must be off where clusterpool.code-shipping is off, got on";
    }

    static String jarsWithoutShipping(List<Path> jars) {
        return "clusterpool.jars must be empty where clusterpool.code-shipping is off, got " + jars;
    }

    static String noCommonShape(String accessor, List<?> values) {
        return accessor + "() must be called on a vector or matrix, got a list of " + values.size()
                + " results of different length; use values()";
    }

    static String notA(String kind, int index, @Nullable Object got) {
        return "result " + index + " must be a " + kind + ", got " + typed(got);
    }

    // ---- on a worker

    static String notOnAWorker() {
        return "TaskContext, Env and Exported.get() must be used inside a function that a worker runs, got called on thread '"
                + Thread.currentThread().getName() + "'";
    }

    static String notInATask(String verb) {
        return verb + " must be called where the pool was opened, got called in one of its tasks"
                + "; a task can give its pool other tasks: lapply, sapply, map, call, stream, flow, executor";
    }

    static String evalqStopped() {
        return "evalq was stopped, as it was cancelled or its timeout was over";
    }

    static String notInEvalq() {
        return "TaskContext.pool() must be used in a task, got used in evalq, which every worker runs by itself;"
                + " use call, or give the pool its tasks before";
    }

    static String taskOver(String pool) {
        return "the task that pool '" + pool
                + "' ran here has ended, and its jobs with it; join them before it returns";
    }

    static String tooDeep(String pool, int limit) {
        return "jobs that tasks of pool '" + pool + "' give to it must be nested at most " + limit
                + " deep, got one deeper; let the recursion end earlier, and do the rest in the task itself";
    }

    static String doneOnAWorker(String name) {
        return "Exported.done() must be called where '" + name + "' was exported, got called on a worker";
    }

    static String notFetched(String path, String problem) {
        return path + " could not be fetched from the driver: " + (problem.isEmpty() ? "it sent nothing" : problem);
    }

    static String notSet(String name, Set<String> names) {
        return "variable '" + name + "' is not set on this worker; "
                + (names.isEmpty() ? "no variable is" : "set are " + String.join(", ", names)) + "; export it first";
    }

    static String taskTimeout(Duration atMost) {
        return "took longer than taskTimeout (" + atMost + ")";
    }

    // ---- executors

    static String executorShutDown(String pool) {
        return "the executor of pool '" + pool + "' was shut down; take another one by pool.executor()";
    }

    static String taskRefused(@Nullable String why, boolean serializable) {
        return "the task cannot go to a worker: " + why
                + (serializable ? "" : "; a lambda can if given to a method of PoolExecutor, or cast to Serializable");
    }

    static String taskHidden(String wrapper) {
        return "the task cannot go to a worker: what it does is hidden in a " + wrapper
                + "; use submit or supplyAsync of PoolExecutor, or supplyAsync or runAsync of CompletableFuture";
    }

    static String noTasks() {
        return "tasks must be at least one, got none";
    }

    // ---- jobs

    static String failedTask(int index, int size, String element, int worker, String what) {
        return "element " + index + of(size) + element + " failed on worker " + worker + ": " + what;
    }

    /** Nothing in a stream, whose size nobody knows. */
    private static String of(int size) {
        return size == UNKNOWN_SIZE ? "" : " of " + size;
    }

    static String failedOnWorker(int worker, String what) {
        return "worker " + worker + " failed: " + what;
    }

    static String failedJob(int failed, int size, int first, String element, int worker, String what) {
        return failedJob(failed, size, "element " + first + element + " on worker " + worker + ": " + what);
    }

    static String failedJob(int failed, int size, String what) {
        return failed + " of " + size + " elements failed; first: " + what;
    }

    static String failedBroadcast(String verb, int failed, int size, String what) {
        return verb + " failed on " + failed + " of " + size + " workers; first: " + what;
    }

    static String lost(int index, int size, String element, int worker, String reason, int attempts) {
        return "element " + index + of(size) + element
                + (worker == NO_WORKER ? " " + reason : " was lost with worker " + worker + ", which " + reason)
                + "; it may have run (attempt " + attempts + " of " + attempts + ")";
    }

    static String poison(int index, int size, String element, List<Death> deaths) {
        return "element " + index + of(size) + element + " ended " + deaths.size()
                + " workers one after another: the first "
                + deaths.stream().map(Death::reason).collect(Collectors.joining(", the next "))
                + "; it is not tried again";
    }

    /** To stand behind a line that was cut. */
    static String cut(long characters) {
        return String.format(Locale.ROOT, "… (%,d more characters)", characters);
    }

    static String linesHeldBack(String who, long lines) {
        return String.format(Locale.ROOT, "%s %,d more %s, not shown", who, lines, lines == 1 ? "line" : "lines");
    }

    static String noWorker(int worker, String reason) {
        return "worker " + worker + " is not there: it " + reason;
    }

    static String cancelled(String pool) {
        return "the job on pool '" + pool + "' was cancelled";
    }

    static String interrupted() {
        return "the thread was interrupted while it waited for a job; the job was cancelled";
    }

    static String notRun() {
        return "not run: the job had failed before (failFast)";
    }

    static String timedOut(Duration atMost, Progress progress) {
        return "the job took longer than its timeout (" + atMost + "): " + progress.done() + " of " + progress.total()
                + " elements done";
    }

    static String timedOut(Duration atMost, Progress progress, Halt halt) {
        return timedOut(atMost, progress) + "; " + halted(halt);
    }

    static String changeTimedOut(String verb, Duration atMost, Progress progress) {
        boolean mayStop = verb.equals("evalq") && progress.done() == 0;
        return verb + " took longer than its timeout (" + atMost + "): " + progress.done() + " of " + progress.total()
                + " workers done; "
                + (mayStop ? "it is stopped, unless a later evalq waits" : "it goes on on the others");
    }

    static String streamTimedOut(Duration atMost, int done, int read) {
        return "the stream took longer than its timeout (" + atMost + "): " + done + " results taken, " + read
                + " elements read";
    }

    /** What a progress bar says besides what its length says. */
    static String progress(Progress progress) {
        return String.format(
                Locale.ROOT,
                "%,.0f/s, %d running%s",
                progress.rate(),
                progress.running(),
                progress.failed() == 0 ? "" : String.format(Locale.ROOT, ", %d failed", progress.failed()));
    }

    static String noProgressBar() {
        return "ProgressBar needs the library me.tongfei:progressbar, which must be on the class path, got none;"
                + " add it to your dependencies";
    }

    static String nullInFlow(int index) {
        return "what a flow's function returns must not be null, got null for element " + index
                + "; return an Optional, or use stream";
    }

    /** How what ran of a job was stopped. */
    static String halted(Halt halt) {
        List<String> steps = new ArrayList<>();
        if (halt.flagged() > 0) {
            steps.add(chunks(halt.flagged()) + " stopped when told");
        }
        if (halt.interrupted() > 0) {
            steps.add(chunks(halt.interrupted()) + " stopped when interrupted");
        }
        if (halt.replaced() > 0) {
            steps.add(chunks(halt.replaced()) + " went on past clusterpool.cancel-grace, so that "
                    + (halt.replaced() == 1 ? "its worker was" : "their workers were") + " replaced");
        }
        return steps.isEmpty() ? "nothing of it was running" : String.join(", ", steps);
    }

    private static String chunks(int count) {
        return count + (count == 1 ? " chunk" : " chunks");
    }

    static String joinTimedOut(Duration atMost, Progress progress) {
        return "the job has not ended within " + atMost + ": " + progress.done() + " of " + progress.total()
                + " elements done; it goes on";
    }

    // ---- pools

    static String poolMissing(String pool) {
        return "pool '" + pool + "' does not exist; call init(size) to create it";
    }

    static String poolDeleted(String pool, Progress progress) {
        return "pool '" + pool + "' was deleted when " + progress.done() + " of " + progress.total()
                + " elements were done; call init(size) and run the job again";
    }

    static String poolClosed(String pool) {
        return "pool '" + pool + "' is closed; open another one";
    }

    static String systemEnds(String system) {
        return "the ActorSystem '" + system + "' has ended or is about to; make the pool in one that runs";
    }

    static String startFailed(String pool, String reason) {
        return "pool '" + pool + "' has no worker that starts: the last one " + reason;
    }

    static String overloaded(String pool, String what, long got, long limit, String key) {
        return "pool '" + pool + "' must hold at most " + limit + " " + what + ", got " + got
                + "; wait for jobs to end, " + (key.contains("journal") ? "call init to clear the journal, " : "")
                + "or raise " + key;
    }

    static String unreadableFile(BlobRef ref) {
        return "blob " + ref
                + " could not be read from its file in java.io.tmpdir; the worker that wants it fails what needs it."
                + " Export the value again, and look for errors of that disk";
    }

    static String tooLarge(String what, long bytes, long limit) {
        return what + " must take at most " + limit + " bytes on the wire, got " + bytes
                + "; send it in smaller parts or raise clusterpool.blob.max-size";
    }

    static String tooLarge(String what, long limit) {
        return (what.isEmpty() ? "the function" : what) + " must take at most " + limit
                + " bytes on the wire, got more; send it in smaller parts or raise clusterpool.blob.max-size";
    }

    static String tooManyVariables(long bytes, long limit) {
        return "the names of the variables exported together must take at most " + limit + " bytes on the wire, got "
                + bytes + "; export them in several calls or raise clusterpool.max-message-size";
    }

    static String resultTooLarge(long limit) {
        return "its result must take at most " + limit
                + " bytes on the wire; return less or raise clusterpool.blob.max-size";
    }

    static String javaSerialization() {
        return "pekko.actor.allow-java-serialization must be off, got on; a pool makes nothing but data from bytes";
    }

    // ---- clusters

    static String noSlot(int workers, JoinedWorker.Explained there, ClusterConfig cluster) {
        String tags = String.join(", ", cluster.onNodes());
        return "found no free slot within clusterpool.cluster.start-timeout ("
                + cluster.startTimeout().toSeconds() + " s): " + slots(there, tags)
                + (there.usedByOthers() == 0 ? "" : ", of which other pools use " + there.usedByOthers())
                + ", and the pool is to have " + (workers == 1 ? "1 worker" : workers + " workers")
                + "; start another node (clusterpool node --join HOST:PORT"
                + (tags.isEmpty() ? "" : " --tags " + tags.replace(" ", "")) + "), or ask for fewer workers";
    }

    private static String slots(JoinedWorker.Explained there, String tags) {
        if (there.nodes() == 0) {
            return "no node has joined";
        }
        String which = tags.isEmpty() ? "" : " with the tags " + tags;
        String offer =
                there.fitting() == 1 ? "1 node" + which + " offers " : there.fitting() + " nodes" + which + " offer ";
        return offer
                + (there.slots() == 1 ? "1 slot" : there.slots() + " slots")
                + (tags.isEmpty() ? "" : " (" + there.nodes() + " joined in all)");
    }

    static String wildcardBind(String host) {
        return "clusterpool.cluster.host must be the one address by which other members reach this machine, got " + host
                + ", which is none and would listen on every network; give it as --host or CLUSTERPOOL_HOST";
    }

    static String noCluster(Path home) {
        return "clusterpool.cluster.join must name a node (HOST:PORT), got none, and no first node has left its address in "
                + home + "; start one (clusterpool node), or give --join HOST:PORT";
    }

    static String noCredentials(Path home) {
        return "a member of a cluster must have credentials, got none in " + home
                + "; on the machine of the first node make a ticket (clusterpool ticket NAME), and give it here by --ticket";
    }

    static String noAuthority(Path home) {
        return "tickets are made on the machine of the cluster's first node, by its user; got no authority and address in "
                + home + "; start that node first (clusterpool node), or give its --home";
    }

    static String notOurCluster(String address, String cluster, String problem) {
        return "the member at " + address + " must be of this cluster, '" + cluster + "': " + problem
                + "; see whether the address is right, and whether this member has its ticket from there";
    }

    static String notReached(List<String> addresses, Duration atMost, String problem) {
        return "a node must answer at " + String.join(", ", addresses) + " within clusterpool.cluster.start-timeout ("
                + atMost.toSeconds() + " s), got " + problem
                + "; see whether it runs there (clusterpool status), and whether a firewall lets this machine in";
    }

    static String otherProtocol(Version own, Version there, String address) {
        return "a member of this cluster must speak its protocol: this is " + own + ", the member at " + address
                + " is " + there + "; use versions of the same protocol on all of them";
    }

    static String refusedProtocol(Version own, Version there, String address) {
        return "refused the member at " + address + ", which is " + there + ": this cluster is of " + own;
    }

    static String beginsAnew(String name, List<String> before) {
        return "node '" + name + "' begins its cluster anew, as none of the nodes that it knew answers: "
                + String.join(", ", before) + "; should one of them answer later, this node goes over to it";
    }

    static String notListening(String host, int port, String problem) {
        return "a member must be able to listen on " + host + ":" + port + ", got " + problem
                + "; choose another --port, or 0 for one of the system's choice";
    }

    // ---- values in messages

    /** A value as it may stand in a message: one line, not too long, whatever its {@code toString} does. */
    static String preview(@Nullable Object value) {
        String text;
        try {
            text = value instanceof String ? "'" + value + "'" : "" + value; // "" also where toString gives null
        } catch (Throwable e) {
            text = "a " + (value == null ? "null" : value.getClass().getName());
        }
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(MAX_PREVIEW).forEach(c -> append(c, line));
        return text.codePointCount(0, text.length()) > MAX_PREVIEW ? line + "…" : line.toString();
    }

    /** Text from elsewhere, as it may stand in a log: control characters, that could forge a line, as Java writes them. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(c, line));
        return line.toString();
    }

    private static void append(int c, StringBuilder line) {
        int type = Character.getType(c);
        boolean breaks = type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
        if (c == '\n') {
            line.append("\\n");
        } else if (c == '\r') {
            line.append("\\r");
        } else if (breaks || (Character.isISOControl(c) && c != '\t')) {
            line.append(String.format("\\u%04x", c));
        } else {
            line.appendCodePoint(c);
        }
    }

    private static String typed(@Nullable Object value) {
        return value == null ? "null" : preview(value) + " (" + value.getClass().getName() + ")";
    }

    static String notBound(String type, String problem) {
        return "a " + type + " cannot travel by Jackson (" + oneLine(problem) + "); make it a record, or mend that";
    }
}
