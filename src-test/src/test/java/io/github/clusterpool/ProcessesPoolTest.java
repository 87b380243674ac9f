package io.github.clusterpool;

/** What holds in every placement, on worker JVMs. */
class ProcessesPoolTest extends LivePool implements EveryPlacement {
    ProcessesPoolTest() {
        super("processes");
    }
}
