package io.github.clusterpool;

import java.util.List;

/** Worker after worker died under this task. */
public final class PoisonTaskException extends LethalTaskException {
    private static final long serialVersionUID = 1L;

    PoisonTaskException(String message, List<WorkerDeath> deaths) {
        super(message, deaths);
    }
}
