package io.github.clusterpool;

/** What holds in every placement. */
interface EveryPlacement
        extends VerbsTest,
                ProgramOrderTest,
                FunctionsTest,
                FailuresTest,
                EndingsTest,
                HaltingTest,
                BadInputTest,
                LogsTest,
                HostileCodeTest,
                StreamTest,
                SeedTest,
                ExecutorTest,
                FlowTest,
                ResultsAsTheyComeTest,
                TckTest,
                ValuesTest,
                LanguagesTest,
                BlobsTest,
                NestedTest,
                ShippingTest {}
