package io.github.clusterpool;

import java.lang.Thread.UncaughtExceptionHandler;

/** How a worker's thread was before user code ran on it, which may leave anything behind. */
record CleanThread(Thread thread, String name, int priority, ClassLoader loader, UncaughtExceptionHandler handler) {
    static CleanThread ofCurrent() {
        Thread thread = Thread.currentThread();
        return new CleanThread(
                thread,
                thread.getName(),
                thread.getPriority(),
                thread.getContextClassLoader(),
                thread.getUncaughtExceptionHandler());
    }

    /** The same, for user code of that loader. */
    CleanThread with(ClassLoader other) {
        return new CleanThread(thread, name, priority, other, handler);
    }

    /** On the thread itself; asks first, for this stands between any two tasks. */
    @SuppressWarnings("ThreadPriorityCheck") // it is put back
    void restore() {
        Thread.interrupted();
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
        }
        if (!thread.getName().equals(name)) {
            thread.setName(name);
        }
        if (thread.getPriority() != priority) {
            thread.setPriority(priority);
        }
        if (thread.getUncaughtExceptionHandler() != handler) {
            thread.setUncaughtExceptionHandler(handler);
        }
    }
}
