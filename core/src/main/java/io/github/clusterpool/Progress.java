package io.github.clusterpool;

/**
 * How far a job has come.
 *
 * @param done tasks with an outcome, failed ones included
 * @param failed tasks whose outcome is a failure
 * @param total tasks in all; 0 until the pool has told how many workers a broadcast has
 */
public record Progress(int done, int failed, int total) {
    Progress plus(int moreDone, int moreFailed) {
        return new Progress(done + moreDone, failed + moreFailed, total);
    }
}
