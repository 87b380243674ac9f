package io.github.clusterpool;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a worker JVM ended, from the outside.
 *
 * @param joined it had reported before
 * @param told it was told to go
 * @param lines what it printed last
 */
record JvmEnd(int exitCode, boolean joined, boolean told, List<String> lines) {
    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError";
    private static final String CRASH = "A fatal error has been detected by the Java Runtime Environment";
    private static final int OUT_OF_MEMORY_EXIT = 3;
    private static final int KILL = 9;
    private static final Pattern REPORT = Pattern.compile("[^#\\s].*hs_err_pid.*\\.log");

    /** To stand after "worker 2 (pid 812) ". */
    String inWords() {
        return joined ? cause() : cause() + " before it was ready";
    }

    /** What it printed last, but for what is part of the cause. */
    List<String> lastWords() {
        return lines.stream().filter(line -> !line.contains(ExitWitness.MARK)).toList();
    }

    private String cause() {
        String exit = "(exit " + exitCode + ")";
        if (exitCode > 128 && exitCode <= 128 + 64) {
            return signal(exitCode - 128, exit);
        }
        if (lines.stream().anyMatch(line -> line.contains(CRASH))) {
            return "crashed " + exit + report();
        }
        String caller = exitCaller();
        if (!caller.isEmpty()) {
            return "ended by System.exit(" + exitCode + "), called in " + caller;
        }
        if (told) {
            return "ended as it was told " + exit;
        }
        if (exitCode == OUT_OF_MEMORY_EXIT) {
            return ranOut() + " " + exit + "; give it more with clusterpool.processes.jvm-options";
        }
        return joined ? "was halted " + exit + ", by Runtime.halt or native code" : "ended by itself " + exit;
    }

    private String ranOut() {
        return lines.stream().anyMatch(line -> line.contains(OUT_OF_MEMORY))
                ? "ran out of memory"
                : "ended, perhaps out of memory";
    }

    private String signal(int number, String exit) {
        return switch (number) {
            case KILL -> "was killed by signal 9 " + exit + ", perhaps out of memory";
            case 4, 6, 7, 8, 11 -> "crashed with signal " + number + " " + exit + report();
            default -> "was killed by signal " + number + " " + exit;
        };
    }

    private String report() {
        for (String line : lines) {
            Matcher file = REPORT.matcher(line);
            if (file.find()) {
                return "; its report is " + file.group();
            }
        }
        return "";
    }

    private String exitCaller() {
        for (String line : lines) {
            int mark = line.indexOf(ExitWitness.MARK);
            if (mark >= 0) {
                return line.substring(mark + ExitWitness.MARK.length());
            }
        }
        return "";
    }
}
