package io.github.clusterpool.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.clusterpool.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every answer of real R that our API can give, by workers inside this JVM and by workers in JVMs of their own. */
class ParityTest {
    private static final LivePools IN_PROCESS = new LivePools(Placement.IN_PROCESS);
    private static final LivePools PROCESSES = new LivePools(Placement.PROCESSES);

    @AfterAll
    static void close() {
        try (IN_PROCESS;
                PROCESSES) {
            // closes both, whatever one of them throws
        }
    }

    @TestFactory
    List<DynamicTest> inProcess() {
        return tests("in-process", IN_PROCESS);
    }

    @TestFactory
    List<DynamicTest> processes() {
        return tests("processes", PROCESSES);
    }

    @Test
    void all_allFilesRead_isEveryCaseOfTheReadme() {
        assertThat(GoldenCase.all()).hasSize(263);
    }

    @Test
    void ourRules_allIds_areCasesThatRun() {
        List<String> ids = GoldenCase.all().stream().map(GoldenCase::id).toList();

        assertThat(ids).containsAll(OurRules.ids()).doesNotHaveDuplicates();
    }

    private static List<DynamicTest> tests(String placement, LivePools pools) {
        Count count = new Count();
        List<DynamicTest> tests = new ArrayList<>();
        GoldenCase.all().stream()
                // the kept pool only grows, so that each of its workers starts once
                .sorted(Comparator.comparingInt(GoldenCase::workers))
                .forEach(given ->
                        tests.add(DynamicTest.dynamicTest(given.id(), () -> run(placement, pools, given, count))));
        tests.add(DynamicTest.dynamicTest("count", () -> count.report(placement)));
        return tests;
    }

    private static void run(String placement, LivePools pools, GoldenCase given, Count count) {
        OurRules.Rule rule = OurRules.of(given);
        try {
            new Verbs(pools, rule == null ? given : rule.ours().apply(given)).run();
        } catch (Throwable e) {
            String by = rule == null ? "" : " (our rule: " + rule.why() + ")";
            throw new AssertionError(given.id() + " " + placement + by + ": " + e.getMessage(), e);
        }
        if (rule == null) {
            count.asR++;
        } else {
            count.byOurRule++;
        }
    }

    private static final class Count {
        private int asR;
        private int byOurRule;

        void report(String placement) {
            System.out.printf("parity %s: %d ran, %d by our own rule%n", placement, asR, byOurRule);
            assertThat(asR + byOurRule).isEqualTo(263);
        }
    }
}
