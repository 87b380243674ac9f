package io.github.clusterpool;

import com.typesafe.config.ConfigFactory;
import io.github.clusterpool.trust.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.LoggerFactory;

/**
 * A persistent parallel pool of workers: give it a list and a function, get the results in order.
 *
 * <p>Calls take effect in the order in which a thread makes them, without waiting in between. Each gives a {@link Job},
 * which fails, where that is said, with a {@link PoolException}; nothing blocks but {@link Job#join} and {@link #close}.
 * Thread-safe.
 *
 * <p>Source: the pool of R's AzureRMR, built on R's {@code parallel}.
 */
public final class Pool implements AutoCloseable {
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(20);

    private final ActorSystem<?> system;
    private final PoolClient client;
    private final Codec codec;
    private final Runnable onClose;
    private final JobOptions.Chosen options;

    /** With {@code onClose} to be done by {@link #close}. */
    Pool(ActorSystem<?> system, PoolClient client, Codec codec, Runnable onClose) {
        this(system, client, codec, onClose, JobOptions.defaults());
    }

    private Pool(ActorSystem<?> system, PoolClient client, Codec codec, Runnable onClose, JobOptions.Chosen options) {
        this.system = system;
        this.client = client;
        this.codec = codec;
        this.onClose = onClose;
        this.options = options;
    }

    /**
     * Opens a pool of workers inside this JVM, with an ActorSystem of its own.
     *
     * @param workers at least 1
     * @throws PoolStartException if no worker starts
     */
    public static Pool open(int workers) {
        return open(PoolConfig.inProcess(workers));
    }

    /**
     * Opens a pool with an ActorSystem of its own. Returns as soon as one worker is ready; the others join as they come.
     *
     * @throws PoolStartException if no worker starts
     */
    public static Pool open(PoolConfig config) {
        Check.given(config, "config");
        LoggerFactory.getILoggerFactory(); // or SLF4J warns that the system's threads found it not ready
        ActorSystem<?> system = config.placement() == Placement.CLUSTER
                ? ClusterSystem.join(config, Role.CLIENT)
                : ActorSystem.create(Behaviors.empty(), "clusterpool", SystemConfig.driver(ConfigFactory.load()));
        try {
            if (config.placement() == Placement.CLUSTER && config.cluster().hosted()) {
                return hosted(system, config);
            }
            Pool pool = Pools.of(system).pool(config, true);
            pool.init(config.workers()).join();
            return pool;
        } catch (RuntimeException | Error e) {
            end(system);
            throw e;
        }
    }

    /** The nodes have made it, or had it before; either way it is there when one of its workers is. */
    private static Pool hosted(ActorSystem<?> system, PoolConfig config) {
        Pool pool = awaited(Pools.of(system).host(config, () -> end(system)));
        if (!pool.exists()) {
            pool.init(config.workers()).join();
        } else {
            pool.resize(pool.size()).join();
        }
        return pool;
    }

    private static Pool awaited(CompletionStage<Pool> coming) {
        try {
            return coming.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof PoolException known ? known : new PoolException("" + e.getCause(), e);
        }
    }

    /**
     * The pool of an ActorSystem, named and made as {@code clusterpool} in its configuration says; see {@link #init}.
     *
     * @throws PoolClosedException if the ActorSystem has ended
     */
    public static Pool get(ActorSystem<?> system) {
        return Pools.of(system).pool(PoolConfig.from(system.settings().config()), false);
    }

    /**
     * A pool of an ActorSystem: the same one for the same name. It has no workers before {@link #init}.
     *
     * @param name an identifier
     */
    public static Pool get(ActorSystem<?> system, String name) {
        return Pools.of(system).pool(PoolConfig.from(system.settings().config()).name(name), false);
    }

    /**
     * A pool that another member of the cluster has, or that the nodes have themselves ({@link PoolConfig#onCluster}): all
     * but {@link #close} works as where it was opened, with the functions and classes of this JVM.
     *
     * <p>If this JVM ends, or loses the cluster, its jobs are cancelled, but for those to outlive it. If the pool's host
     * ends, a pool that the nodes have goes on elsewhere, with its variables and with what jobs have left to do; any other
     * is closed.
     *
     * @param system a member of the cluster
     * @param name the pool's
     * @return fails with {@link PoolMissingException} if no member has it for {@code clusterpool.cluster.start-timeout}
     */
    public static CompletionStage<Pool> connect(ActorSystem<?> system, String name) {
        PoolConfig config = PoolConfig.from(system.settings().config()).name(name);
        return Pools.of(system).connect(config, () -> {});
    }

    /**
     * The same from a JVM that is no member yet: it joins as a client, as {@code clusterpool.cluster} says, and leaves with
     * {@link #close}.
     *
     * @param config whose name is the pool's
     * @throws PoolStartException if it cannot join
     * @throws PoolMissingException if no member has the pool
     */
    public static Pool connect(PoolConfig config) {
        ActorSystem<?> system = ClusterSystem.join(Check.given(config, "config"), Role.CLIENT);
        try {
            return awaited(Pools.of(system).connect(config, () -> end(system)));
        } catch (RuntimeException e) {
            end(system);
            throw e;
        }
    }

    /** The same pool, whose jobs run with these options. */
    public Pool with(JobOptions chosen) {
        return new Pool(system, client, codec, onClose, (JobOptions.Chosen) Check.given(chosen, "options"));
    }

    // ---- the pool itself

    /** {@code init(size, false)}. */
    public Job<Void> init(int size) {
        return init(size, false);
    }

    /**
     * Makes the pool, or makes it clean again: no variables, at least {@code size} workers. Jobs given before go on with
     * the variables they saw. Ends when the pool serves; workers that are still on their way join as they come, and
     * {@code call} and {@code evalq} wait for them.
     *
     * <p>Source: AzureRMR {@code init_pool}.
     *
     * @param size at least 1; a running pool grows to it but does not shrink
     * @param restart whether a running pool is rebuilt with new workers, exactly {@code size}
     * @return fails with {@link PoolStartException} if no worker starts
     * @throws IllegalArgumentException if {@code size} is below 1; the pool stays as it was
     */
    public Job<Void> init(int size, boolean restart) {
        Check.atLeast(1, size, "size");
        client.beginGeneration();
        return whole("init", job -> new PoolSupervisor.Init(job, size, restart, client.replies()));
    }

    /**
     * Adds workers, or drains some, and keeps the variables. Ends when that is done.
     *
     * @param size at least 1
     */
    public Job<Void> resize(int size) {
        Check.atLeast(1, size, "size");
        return whole("resize", job -> new PoolSupervisor.Resize(job, size, client.replies()));
    }

    /**
     * Ends all workers. Jobs under way fail with {@link PoolClosedException}. Ends normally when no worker is left, also if
     * there was none; after that, {@link #init} makes the pool anew.
     *
     * <p>Source: AzureRMR {@code delete_pool}.
     */
    public Job<Void> delete() {
        return whole("delete", job -> new PoolSupervisor.Delete(job, client.replies()));
    }

    /**
     * Whether the pool has been made and not deleted, as of the last job that ended.
     *
     * <p>Source: AzureRMR {@code pool_exists}.
     */
    public boolean exists() {
        return client.status().exists();
    }

    /**
     * How many workers the pool has, whatever their state, as of the last job that ended; 0 if it does not exist.
     *
     * <p>Source: AzureRMR {@code pool_size}.
     */
    public int size() {
        return client.status().size();
    }

    /** How the pool stood when its last job ended. */
    public PoolStatus status() {
        return client.status();
    }

    /**
     * What worker JVMs lacked and so got from this JVM since the last {@link #init}, in order; each class and resource
     * once, however many of them got it.
     */
    public List<ShippedClass> code() {
        return client.origins().sent().stream().map(ShippedClass::of).toList();
    }

    /**
     * Ends the workers, and the ActorSystem if {@link #open} made it. Returns within seconds, whatever has died. A pool
     * that {@link #get} gave is made anew by {@link #init}, in every placement.
     *
     * <p>A pool on another member of the cluster lives on; what this client has given it and is not to outlive it
     * ({@link JobOptions#detached}) is cancelled.
     */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // who is told to hurry wants the workers to be gone all the same
        try {
            onClose.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Of a pool of this JVM's own. */
    void deleteAtTheEnd() {
        try {
            delete().join(CLOSE_AT_MOST);
        } catch (PoolClosedException | TaskTimeoutException | CancellationException e) {
            system.log().debug("pool '{}': closed although {}", client.pool(), e.getMessage());
        }
    }

    static void end(ActorSystem<?> system) {
        if (ClusterSystem.isMember(system)) {
            ClusterSystem.end(system);
            return;
        }
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(CLOSE_AT_MOST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            system.log().warn("the ActorSystem of a pool did not end: {}", e.toString());
        }
    }

    // ---- state

    /**
     * Sets a variable on every worker, for all jobs given later. A worker JVM decodes a large value of the JDK's own classes
     * when a task first asks for it.
     *
     * <p>Source: AzureRMR {@code pool_export}, R {@code clusterExport}.
     *
     * @param name an identifier
     * @param value what the workers get a copy of; may be null
     * @return a handle for use inside functions; nothing needs to wait for it
     * @throws NotPortableException here, before anything is sent, if the value cannot travel
     */
    public <T> Exported<T> export(String name, T value) {
        Map<String, T> one = new LinkedHashMap<>();
        one.put(Check.identifier(name, "export name"), value);
        return new Exported<>(name, export(one));
    }

    /**
     * Sets variables on every worker, all at once: no task sees only some of them.
     *
     * @param values by name, which must be an identifier
     * @return ends when every worker that is ready has them
     * @throws NotPortableException here, before anything is sent, if a value cannot travel
     */
    public Job<Void> export(Map<String, ?> values) {
        Map<String, byte[]> encoded = codec.export(values);
        return whole("export", job -> new PoolSupervisor.Export(job, encoded, timeoutNanos(), client.replies()));
    }

    /**
     * Evaluates a script in every worker's environment; variables it assigns stay, and new workers repeat it.
     *
     * <p>Source: AzureRMR {@code pool_evalq}, R {@code clusterEvalQ}.
     *
     * @param code statements of {@link Script}'s language; the value is the last one's
     * @return one value per worker, by id; fails with {@link BroadcastFailedException}
     * @throws IllegalArgumentException here if the text does not parse
     */
    public ResultsJob<List<Object>, Object> evalq(String code) {
        return evaluate(codec.evalq(code));
    }

    /**
     * The same with a function, which reads and sets variables through {@link Env}.
     *
     * @throws NotPortableException here, before anything is sent, if the function cannot travel
     */
    public <R> ResultsJob<List<R>, R> evalq(Fn0<R> code) {
        return evaluate(codec.evalq(code));
    }

    private <R> ResultsJob<List<R>, R> evaluate(byte[] code) {
        return submit(
                job -> new PoolSupervisor.Evalq(job, code, timeoutNanos(), client.replies()),
                broadcastResults("evalq"),
                Pool::typed);
    }

    /**
     * Calls a function once on every worker. It asks a question: what it sets is not repeated on new workers.
     *
     * <p>Source: AzureRMR {@code pool_call}, R {@code clusterCall}.
     *
     * @return one result per worker, by id; fails with {@link BroadcastFailedException}
     * @throws NotPortableException here, before anything is sent, if the function cannot travel
     */
    public <R> ResultsJob<List<R>, R> call(Fn0<R> fn) {
        return submit(codec.call(fn, options), broadcastResults("call"), Pool::typed);
    }

    /** The same with an argument, of which each worker gets a copy. */
    public <A, R> ResultsJob<List<R>, R> call(Fn<A, R> fn, A arg) {
        Work work = codec.call(fn, Arrays.asList(arg), options);
        return submit(work, broadcastResults("call"), Pool::typed);
    }

    // ---- tasks

    /**
     * Applies {@code fn} to every element on the workers.
     *
     * <p>Source: AzureRMR {@code pool_lapply}, R {@code parallel::parLapply}.
     *
     * @param xs n elements; may hold null
     * @param fn runs once per element on a worker's thread; ships with what it captures
     * @return n results in the order of {@code xs}; fails with {@link JobFailedException}, which holds every outcome
     * @throws NotPortableException here, before anything is sent, if {@code fn} or an element cannot travel
     */
    public <T, R> ResultsJob<List<R>, R> lapply(Collection<T> xs, Fn<T, R> fn) {
        return submit(codec.lapply(xs, fn, options), taskResults(xs), Pool::typed);
    }

    /**
     * Applies {@code fn} to every value of a map.
     *
     * @return the results under the same keys, in the same order
     */
    public <K, T, R> ResultsJob<Map<K, R>, R> lapply(Map<K, T> xs, Fn<T, R> fn) {
        List<K> keys = new ArrayList<>(Check.given(xs, "xs").keySet());
        List<T> values = new ArrayList<>(xs.values());
        return submit(codec.lapply(values, fn, options), taskResults(values), results -> {
            Map<K, R> named = new LinkedHashMap<>();
            List<R> typed = typed(results);
            for (int i = 0; i < keys.size(); i++) {
                named.put(keys.get(i), typed.get(i));
            }
            return named;
        });
    }

    /**
     * {@code lapply}, with the results in R's simplest shape; texts name their results, as in R.
     *
     * <p>Source: AzureRMR {@code pool_sapply}, R {@code parallel::parSapply}.
     */
    public <T, R> ResultsJob<Simplified<R>, R> sapply(Collection<T> xs, Fn<T, R> fn) {
        return simplified(new ArrayList<>(Check.given(xs, "xs")), names(xs), fn);
    }

    /** The same with the map's keys as names. */
    public <T, R> ResultsJob<Simplified<R>, R> sapply(Map<String, T> xs, Fn<T, R> fn) {
        List<String> names = new ArrayList<>(Check.given(xs, "xs").keySet());
        return simplified(new ArrayList<>(xs.values()), names, fn);
    }

    private <T, R> ResultsJob<Simplified<R>, R> simplified(List<T> xs, List<String> names, Fn<T, R> fn) {
        return submit(
                codec.lapply(xs, fn, options),
                taskResults(xs),
                results -> Simplified.of(Pool.<R>typed(results), names));
    }

    private static List<String> names(Collection<?> xs) {
        List<String> names = new ArrayList<>();
        for (Object x : xs) {
            if (!(x instanceof String name)) {
                return List.of();
            }
            names.add(name);
        }
        return names;
    }

    /** {@code lapply} on a list, as R's {@code clusterMap} with one vector. */
    public <A, R> ResultsJob<List<R>, R> map(List<A> as, Fn<A, R> fn) {
        return map(fn, as);
    }

    /**
     * Applies {@code fn} to the elements of two lists side by side; the shorter one begins again until the longer ends.
     *
     * <p>Source: AzureRMR {@code pool_map}, R {@code parallel::clusterMap}.
     *
     * @return as many results as the longest list has elements
     * @throws IllegalArgumentException here if one list is empty and another is not
     * @throws NotPortableException here, before anything is sent, if {@code fn} or an element cannot travel
     */
    public <A, B, R> ResultsJob<List<R>, R> map(List<A> as, List<B> bs, Fn2<A, B, R> fn) {
        return map(fn, as, bs);
    }

    /** The same with three lists. */
    public <A, B, C, R> ResultsJob<List<R>, R> map(List<A> as, List<B> bs, List<C> cs, Fn3<A, B, C, R> fn) {
        return map(fn, as, bs, cs);
    }

    private <R> ResultsJob<List<R>, R> map(Object fn, List<?>... lists) {
        List<List<?>> vectors = new ArrayList<>();
        for (List<?> list : lists) {
            vectors.add(new ArrayList<>(Check.given(list, "list " + (vectors.size() + 1))));
        }
        Work work = codec.map(vectors, fn, options);
        IntFunction<Object> element = i -> vectors.size() == 1
                ? Recycling.element(vectors.get(0), i)
                : vectors.stream().map(list -> Recycling.element(list, i)).toList();
        Results<Object> results =
                new Results<>(codec, client.pool(), "map", work.arguments().size(), element);
        return submit(work, results, Pool::typed);
    }

    /**
     * A job that another client gave, perhaps one that is gone: ends as it ends, from its first result on.
     *
     * @param id as {@link Job#id} gives it
     * @return as what {@code lapply} gives; fails with a {@link PoolException} if the pool has no such job, or not any more,
     *     and with a {@link WorkerLostException} if its results were lost with the pool's host
     * @throws IllegalArgumentException here if that is no id
     */
    public <R> ResultsJob<List<R>, R> job(String id) {
        JobId.parse(id);
        Results<Object> results = Results.ofUnknown(codec, client.pool());
        return submit(job -> new PoolSupervisor.FindJob(job, id, client.replies()), results, Pool::typed);
    }

    // ---- streams

    /**
     * Applies {@code fn} to elements without end, or to more than there is room for, and gives the results in the order
     * of {@code xs}, in constant memory.
     *
     * <p>Nothing happens before somebody asks for results. Then {@code xs} is read, on the thread that asks, a bounded
     * number of elements and bytes ahead, which the workers run in parts; each part sees the variables as they were when
     * it was read. Where other clients fill the pool's queue, the stream waits. Close the stream, best by
     * {@code try (…)}, unless it is used to its end: that cancels what is under way.
     *
     * <p>Of the options, {@code timeout} is for the whole stream, from the first result asked for; {@code failFast} makes
     * the first failure the last result; {@code chunkSize} is how many elements are read and run together, however long
     * they take to read; {@code onProgress} is told of each part; {@code scheduling} means nothing here, and
     * {@code seedPerWorker} is as {@code seed}.
     *
     * @param xs as long as it likes; may give null. What it throws comes out of the stream, after the results before it
     * @param fn as for {@link #lapply(Collection, Fn)}
     * @return one result for each element: its value, or why there is none. {@link Result#index} counts from 0, and after
     *     the largest {@code int} once more. If the pool is lost, using the stream throws the {@link PoolException}
     * @throws NotPortableException here if {@code fn} cannot travel
     */
    public <T, R> Stream<Result<R>> stream(Iterator<T> xs, Fn<T, R> fn) {
        return streamed(fn).stream(xs, false);
    }

    /** The same with whatever can be iterated over. */
    public <T, R> Stream<Result<R>> stream(Iterable<T> xs, Fn<T, R> fn) {
        return streamed(fn).stream(Check.given(xs, "xs").iterator(), xs instanceof Collection);
    }

    /**
     * The same from publisher to publisher, without a thread that waits: what the subscriber asks for, and a bounded
     * number of elements and bytes ahead of it, is what {@code xs} is asked for.
     *
     * <p>Each subscriber has {@code xs} anew. Its cancelling cancels what is under way. A failure of {@code xs}, a
     * {@code timeout}, or the loss of the pool is its {@code onError}, after the results before it.
     *
     * @param xs is subscribed to with each subscriber
     */
    public <T, R> Flow.Publisher<Result<R>> stream(Flow.Publisher<T> xs, Fn<T, R> fn) {
        return this.<T, R>streamed(fn).publisher(xs, system);
    }

    /**
     * {@code fn} as a stage of Pekko Streams, with the results in the order of the elements: demand reaches back to the
     * source, of which a bounded number of elements and bytes is read ahead.
     *
     * <p>A failure of an element, such as {@link TaskFailedException}, fails the stream; with
     * {@code ActorAttributes.withSupervisionStrategy(Supervision.getResumingDecider())} the element is dropped. Options
     * count as for {@link #stream(Iterator, Fn)}.
     *
     * @param fn must not return null, which Pekko Streams do not carry
     * @throws NotPortableException here if {@code fn} cannot travel
     */
    public <T, R> org.apache.pekko.stream.javadsl.Flow<T, R, NotUsed> flow(Fn<T, R> fn) {
        return this.<T, R>streamed(fn).flow(StreamOrder.OF_ELEMENTS);
    }

    /** The same with the results as they finish, so that none waits for a slower one before it. */
    public <T, R> org.apache.pekko.stream.javadsl.Flow<T, R, NotUsed> flowUnordered(Fn<T, R> fn) {
        return this.<T, R>streamed(fn).flow(StreamOrder.AS_THEY_FINISH);
    }

    /**
     * {@code lapply} at the end of a stream of the JDK: {@code xs.stream().filter(…).collect(pool.mapping(fn)).join()}.
     *
     * @return gathers all elements, which must fit into memory, and then gives the {@link #lapply(Collection, Fn) job},
     *     without waiting for it, as no call but {@link Job#join} waits; for elements without end see
     *     {@link #stream(Iterable, Fn)}
     */
    public <T, R> Collector<T, ?, ResultsJob<List<R>, R>> mapping(Fn<T, R> fn) {
        return Collectors.collectingAndThen(Collectors.toCollection(ArrayList::new), xs -> lapply(xs, fn));
    }

    private <T, R> StreamedFunction<T, R> streamed(Fn<T, R> fn) {
        return StreamedFunction.of(client, codec, fn, options);
    }

    /**
     * The pool as a {@link java.util.concurrent.ExecutorService}, with this view's options: a new one each time, whose end
     * is not the pool's.
     */
    public PoolExecutor executor() {
        return new PoolExecutor(client, codec, options.inParts());
    }

    // ---- how a job is sent

    private <T, R> ResultsJob<T, R> submit(Work work, Results<Object> results, Function<List<Object>, T> finish) {
        return submit(job -> new PoolSupervisor.Submit(job, work, client.replies()), results, finish);
    }

    private <T, R> ResultsJob<T, R> submit(
            LongFunction<PoolSupervisor.Command> command, Results<Object> results, Function<List<Object>, T> finish) {
        return client.submit(command, results, finish, options.onProgress());
    }

    private Job<Void> whole(String verb, LongFunction<PoolSupervisor.Command> command) {
        return submit(command, broadcastResults(verb), Pool::nothing);
    }

    @SuppressWarnings("NullAway") // a Void has no other value
    private static Void nothing(List<Object> results) {
        return null;
    }

    private Results<Object> taskResults(Collection<?> xs) {
        List<?> elements = new ArrayList<>(xs);
        return new Results<>(codec, client.pool(), "lapply", elements.size(), elements::get);
    }

    private Results<Object> broadcastResults(String verb) {
        return new Results<>(codec, client.pool(), verb, 0, null);
    }

    private long timeoutNanos() {
        Duration timeout = options.timeout();
        return timeout == null ? 0 : timeout.toNanos();
    }

    @SuppressWarnings("unchecked") // what the function returned is what the caller says it returns
    private static <R> List<R> typed(List<Object> results) {
        return (List<R>) results;
    }
}
