package io.github.clusterpool;

/** What holds in every placement, on workers of this JVM. */
class InProcessPoolTest extends LivePool
        implements VerbsTest,
                ProgramOrderTest,
                FunctionsTest,
                FailuresTest,
                EndingsTest,
                HaltingTest,
                BadInputTest,
                StreamTest {
    InProcessPoolTest() {
        super("in-process");
    }
}
