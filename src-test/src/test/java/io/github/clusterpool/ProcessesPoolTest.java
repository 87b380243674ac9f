package io.github.clusterpool;

/** What holds in every placement, on worker JVMs. */
class ProcessesPoolTest extends LivePool
        implements VerbsTest,
                ProgramOrderTest,
                FunctionsTest,
                FailuresTest,
                EndingsTest,
                HaltingTest,
                BadInputTest,
                StreamTest {
    ProcessesPoolTest() {
        super("processes");
    }
}
