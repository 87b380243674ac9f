package io.github.clusterpool;

/** What holds in every placement, on workers of this JVM. */
class InProcessPoolTest extends LivePool implements EveryPlacement {
    InProcessPoolTest() {
        super("in-process");
    }
}
