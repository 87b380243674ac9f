package io.github.clusterpool;

import com.typesafe.config.Config;
import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.net.PoolKey;
import io.github.clusterpool.state.WorkerRef;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the worker JVMs of one pool: their command line, what they are told, what they print. */
final class JvmLauncher implements WorkerJvms {
    private static final Logger LOG = LoggerFactory.getLogger(JvmLauncher.class);
    private static final long TRAINING_SECONDS = 10;

    private final ActorSystem<?> system;
    private final PoolConfig config;
    private final ClassOrigins origins;
    private final PoolKey key = PoolKey.random();
    private final Config workerSystem = SystemConfig.workerJvm();
    private final Vanguard vanguard = new Vanguard(Runtime.getRuntime().availableProcessors());
    private final StartTokens tokens = new StartTokens();
    private final KeptFiles files = new KeptFiles();
    private final JvmCommand command;
    private final CompletableFuture<Optional<ClassArchive>> archive;
    private final SpareJvms spares;
    private final Set<Long> starting = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Process training;

    // guarded by this
    private final Deque<Sockets> sockets = new ArrayDeque<>(); // the last for new JVMs; none: the pool is closed

    JvmLauncher(ActorSystem<?> system, PoolConfig config, ClassOrigins origins) {
        this.origins = origins;
        this.system = system;
        this.config = config;
        this.command = command(config.processes());
        sockets.add(Sockets.open(config, key));
        this.spares = new SpareJvms(config.processes().spares());
        system.getWhenTerminated().thenRun(this::closeSockets).thenRun(spares::close);
        this.archive = config.processes().archive()
                ? CompletableFuture.supplyAsync(() -> Optional.of(ClassArchive.of(command)), blocking())
                : CompletableFuture.completedFuture(Optional.empty());
    }

    private static JvmCommand command(PoolConfig.Processes processes) {
        Path home = processes.javaHome();
        Jdk jdk = home == null ? Jdk.ofDriver() : Jdk.at(home);
        List<String> options = new ArrayList<>();
        if (processes.isolated()) {
            options.add("-Dslf4j.internal.verbosity=ERROR"); // or SLF4J warns that no backend came along
        }
        options.addAll(processes.jvmOptions());
        JvmCommand command = JvmCommand.of(jdk, WorkerMain.class.getName(), options);
        return processes.isolated() ? command.with(ClassPath.ofLibrary()) : command;
    }

    private Executor blocking() {
        return system.dispatchers().lookup(DispatcherSelector.blocking());
    }

    @Override
    public KeptFiles files() {
        return files;
    }

    Duration startTimeout() {
        return config.processes().startTimeout();
    }

    Duration stopGrace() {
        return config.processes().stopGrace();
    }

    @Override
    public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return WorkerJvm.create(this, ref, supervisor);
    }

    /** Starts a JVM that will report as that worker. */
    CompletionStage<Process> launch(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        starting.add(ref.start());
        Sockets open;
        try {
            open = sockets();
        } catch (UncheckedIOException e) {
            return CompletableFuture.failedFuture(e);
        }
        WorkerSetup setup = new WorkerSetup(
                config,
                ref,
                tokens.issue(ref),
                key,
                open.next(),
                open.transport().name(supervisor),
                workerSystem);
        return archive.thenCombineAsync(vanguard.next(), (known, go) -> launch(known, setup), blocking());
    }

    /** A pool that is made anew after it was closed has others; connections that are there outlive their sockets' files. */
    private synchronized Sockets sockets() {
        Sockets open = sockets.peekLast();
        if (open == null || !open.areThere()) {
            if (open != null) {
                LOG.warn(
                        "pool '{}': {} was deleted by somebody else; new workers get another one", config.name(), open);
            }
            open = Sockets.open(config, key);
            sockets.add(open);
        }
        return open;
    }

    private synchronized void closeSockets() {
        sockets.forEach(Sockets::close);
        sockets.clear();
    }

    private synchronized void forget(ActorRef<?> port) {
        sockets.forEach(each -> each.transport().forget(port));
    }

    private Process launch(Optional<ClassArchive> known, WorkerSetup setup) {
        Optional<Process> spare = spares.take();
        try {
            Process process = spare.isPresent() ? spare.get() : start(known);
            tell(process, setup);
            process.onExit().thenRun(() -> Sockets.delete(setup.listen()));
            return process;
        } catch (IOException e) {
            throw new PoolStartException(String.valueOf(e.getMessage()));
        }
    }

    private Process start(Optional<ClassArchive> known, String... arguments) throws IOException {
        List<String> line = known.isPresent() ? known.get().line(arguments) : command.line(List.of(), arguments);
        return new ProcessBuilder(line).redirectErrorStream(true).start();
    }

    /** A JVM that does not listen is on its way out already: how it ends, and what it says, tells more than the pipe. */
    private static void tell(Process process, WorkerSetup setup) {
        try {
            OutputStream input = process.getOutputStream();
            input.write(setup.render().getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            LOG.debug("worker JVM {} could not be told what to do: {}", process.pid(), e.toString());
        }
    }

    @Override
    public @Nullable ClassOrigins origins() {
        return config.code().shipping() == CodeShipping.OFF ? null : origins;
    }

    @Override
    public void reported(WorkerRef ref) {
        vanguard.arrived();
        starting.remove(ref.start());
        archive.thenAcceptAsync(this::prepare, blocking());
    }

    /** At first use of a class path, makes the archive that later pools start from; meanwhile this pool works. */
    private void prepare(Optional<ClassArchive> known) {
        if (training == null) {
            known.flatMap(ClassArchive::train).ifPresent(process -> training = process);
        }
        if (starting.isEmpty()) {
            spares.fill(() -> start(known, WorkerMain.SPARE));
        }
    }

    /** A pool that was deleted has no process left, whether it will be made anew or not. */
    @Override
    public void sized(int workers, ActorRef<PoolSupervisor.Command> supervisor) {
        spares.want(workers > 0);
        if (workers == 0) {
            blocking().execute(spares::trim);
        }
    }

    @Override
    public boolean isToken(WorkerRef ref, String token) {
        return tokens.isGood(ref, token);
    }

    @Override
    public void forget(WorkerRef ref, @Nullable ActorRef<?> port) {
        vanguard.arrived();
        starting.remove(ref.start());
        tokens.forget(ref);
        if (port != null) {
            forget(port);
        }
    }

    void print(WorkerRef ref, String line) {
        DriverLog.logger(config.name(), ref.worker()).info("{}", line);
    }

    /** Waits a little for a training that is under way, so that even short programs start fast the next time. */
    @Override
    public void close() {
        closeSockets();
        spares.close();
        Process running = training;
        if (running == null) {
            return;
        }
        try {
            if (!running.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
