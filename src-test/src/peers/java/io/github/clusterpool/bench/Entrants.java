package io.github.clusterpool.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who takes part: all that are wanted and can run on this machine. */
final class Entrants {
    static final String OURS = "clusterpool";
    static final String IN_PROCESS = "clusterpool in-process";
    static final String HAZELCAST = "Hazelcast";
    static final String R = "R parallel";
    static final String PEKKO = "bare Pekko";
    static final String FORK_JOIN = "fork/join";
    static final String THREADS = "bare threads";
    static final List<String> PEERS =
            List.of(HAZELCAST, "Ignite", "concurrent.futures", "multiprocessing", "Dask", R);

    private final Set<String> wanted;
    private final Path folder;
    private final Size size;
    private final List<ContestantProcess> contestants = new ArrayList<>();
    private final Map<String, String> absent = new LinkedHashMap<>();

    /**
     * @param wanted names; all if empty
     * @param folder for what they write
     */
    Entrants(Set<String> wanted, Path folder, Size size) throws IOException, InterruptedException {
        this.wanted = wanted;
        this.folder = folder;
        this.size = size;
        enterAll();
        for (String name : wanted) {
            if (!absent.containsKey(name) && contestants.stream().noneMatch(one -> one.name().equals(name))) {
                throw new IllegalArgumentException("peers.who must be names of contestants, got " + name);
            }
        }
    }

    private void enterAll() throws IOException, InterruptedException {
        enter(OURS, Clusterpool.class);
        enter(IN_PROCESS, ClusterpoolInProcess.class);
        enter(HAZELCAST, Hazelcast.class);
        enter("Ignite", Ignite.class);
        String python = python();
        enterScript("concurrent.futures", isThere(python, "--version"), python, "contestant.py", "concurrent");
        enterScript("multiprocessing", isThere(python, "--version"), python, "contestant.py", "multiprocessing");
        enterScript("Dask", isThere(python, "-c", "import distributed"), python, "contestant.py", "dask");
        enterScript(R, isThere("Rscript", "--version"), "Rscript", "contestant.R");
        enter(PEKKO, BarePekko.class);
        enter("raw sockets", BareSockets.class);
        enter(FORK_JOIN, ForkJoin.class);
        enter(THREADS, BareThreads.class);
    }

    List<ContestantProcess> contestants() {
        return contestants;
    }

    /** Why somebody does not take part. */
    Map<String, String> absent() {
        return absent;
    }

    private boolean isWanted(String name) {
        return wanted.isEmpty() || wanted.contains(name);
    }

    private void enter(String name, Class<? extends Contestant> type) {
        if (isWanted(name)) {
            contestants.add(ContestantProcess.java(name, type, folder, size.bound()));
        }
    }

    private void enterScript(String name, boolean isThere, String interpreter, String script, String... arguments)
            throws IOException {
        if (!isWanted(name)) {
            return;
        }
        if (isThere) {
            contestants.add(
                    ContestantProcess.script(name, folder, size.bound(), interpreter, script, arguments));
        } else {
            absent.put(name, "not installed");
        }
    }

    /** The one that has Dask, as the first on the path need not be the system's. */
    private static String python() throws IOException, InterruptedException {
        String ofSystem = "/usr/bin/python3";
        return isThere(ofSystem, "-c", "import distributed") ? ofSystem : "python3";
    }

    private static boolean isThere(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such command
        }
    }
}
