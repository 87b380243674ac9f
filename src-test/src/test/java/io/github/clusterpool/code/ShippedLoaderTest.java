package io.github.clusterpool.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.clusterpool.Compiled;
import io.github.clusterpool.Patience;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A driver and a node with class paths of their own, and what they say to each other. */
class ShippedLoaderTest {
    private static final ClassLoader LIBRARY = ShippedLoaderTest.class.getClassLoader();
    private static final String MAIN = "public class Main { public static int value() { return Helper.value() + 1; } }";
    private static final String HELPER = "class Helper { static int value() { return 100; } }";

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> fetched = Collections.synchronizedList(new ArrayList<>());

    /** What a node is told by a driver that has those classes, noted down. */
    private ClassSource driver(Compiled classes) {
        return noted(new ClassOrigins(classes.loader(), List.of()));
    }

    private ClassSource noted(ClassOrigins origins) {
        return new ClassSource() {
            @Override
            public List<ShippedFile> find(String path, String digest, long origin) {
                if (!path.equals(JARS)) {
                    asked.add(path);
                }
                return origins.find(path, digest, origin);
            }

            @Override
            public byte[] fetch(List<ShippedFile> files) {
                var all = new java.io.ByteArrayOutputStream();
                for (ShippedFile file : files) {
                    fetched.add(file.path());
                    try {
                        all.writeBytes(origins.bytes(file.digest()));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
                return all.toByteArray();
            }
        };
    }

    private ShippedLoader node(ClassLoader own, ClassSource driver) {
        return new ShippedLoader(new ClassCache(own, driver, 1 << 20));
    }

    private static int value(ClassLoader loader) {
        return Compiled.<Integer>call(loader, "Main", "value");
    }

    @Test
    void loadClass_nodeHasNothing_whatTheClassNamesComesAlong() {
        var loader = node(LIBRARY, driver(Compiled.of(MAIN, HELPER)));

        assertThat(value(loader)).isEqualTo(101);
        assertThat(asked).containsExactly("demo/Main.class");
        assertThat(fetched).containsExactlyInAnyOrder("demo/Main.class", "demo/Helper.class");
    }

    @Test
    void loadClass_nodeHasTheSameBuild_usesItsOwnAndFetchesNothing() {
        var classes = Compiled.of(MAIN, HELPER);
        var own = classes.loader();

        assertThat(value(node(own, driver(classes)))).isEqualTo(101);
        assertThat(fetched).isEmpty();
    }

    @Test
    void loadClass_nodeHasAnotherBuildOfWhatItUses_usesTheDriversForAll() {
        var classes = Compiled.of(MAIN, HELPER);
        var own = classes.withText("d", "d").loader();
        var changed = Compiled.of(MAIN, HELPER.replace("100", "200"));

        var loader = node(own, driver(changed));

        assertThat(value(loader)).isEqualTo(201);
        assertThat(fetched).contains("demo/Helper.class");
    }

    @Test
    void loadClass_nodeLacksAClassOfThePackage_allOfThePackageAreTheDrivers() {
        var classes = Compiled.of(MAIN, HELPER);
        var own = classes.without("demo/Main.class").loader();

        assertThat(value(node(own, driver(classes)))).isEqualTo(101);
    }

    @Test
    void loadClass_nobodyHasIt_isAskedForOnceAndSaidClearly() {
        var loader = node(LIBRARY, driver(Compiled.of(HELPER)));

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> loader.loadClass("demo.Gone"))
                    .isInstanceOf(ClassNotFoundException.class)
                    .hasMessage("demo.Gone, which neither the driver nor this node has");
        }
        assertThat(loader.getResource("demo/gone.txt")).isNull();
        assertThat(loader.getResource("demo/gone.txt")).isNull();
        assertThat(asked).containsExactly("demo/Gone.class", "demo/gone.txt");
    }

    @Test
    void nextGeneration_unchangedClasses_areNotFetchedAgain() {
        var driver = driver(Compiled.of(MAIN, HELPER));
        var cache = new ClassCache(LIBRARY, driver, 1 << 20);
        assertThat(value(new ShippedLoader(cache))).isEqualTo(101);
        fetched.clear();

        var next = new ShippedLoader(cache);

        assertThat(value(next)).isEqualTo(101);
        assertThat(fetched).isEmpty();
    }

    @Test
    void cache_tooSmall_fetchesAgain() {
        var driver = driver(Compiled.of(MAIN, HELPER));
        var cache = new ClassCache(LIBRARY, driver, 1);
        assertThat(value(new ShippedLoader(cache))).isEqualTo(101);
        fetched.clear();

        assertThat(value(new ShippedLoader(cache))).isEqualTo(101);
        assertThat(fetched).contains("demo/Main.class", "demo/Helper.class");
    }

    @Test
    void loadClass_compiledForALaterJava_saysWhatToDo() {
        var classes = Compiled.of(HELPER);
        byte[] tooNew = classes.files().get("demo/Helper.class").clone();
        tooNew[7] = 99;
        var loader = node(LIBRARY, driver(classes.with("demo/Helper.class", tooNew)));
        int here = Runtime.version().feature();

        assertThatThrownBy(() -> loader.loadClass("demo.Helper"))
                .isInstanceOf(UnsupportedClassVersionError.class)
                .hasMessage("class demo.Helper must be compiled for Java " + here + " or older to run on this worker,"
                        + " got Java 55; compile it with --release " + here + ", or run the workers on Java 55");
    }

    @Test
    void loadClass_ofTheLibraryAndTheJdk_areTheNodes() throws Exception {
        var loader = node(LIBRARY, driver(Compiled.of(HELPER)));

        assertThat(loader.loadClass("io.github.clusterpool.Pool")).isSameAs(io.github.clusterpool.Pool.class);
        assertThat(loader.loadClass("java.sql.Date")).isSameAs(java.sql.Date.class);
        assertThat(loader.loadClass("org.slf4j.Logger")).isSameAs(org.slf4j.Logger.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void services_ofTheDriver_areFound() throws Exception {
        var classes = Compiled.of(
                        "public class Service implements Runnable { public void run() {} }",
                        "public class Other implements Runnable { public void run() {} }")
                .with(
                        "META-INF/services/java.lang.Runnable",
                        "demo.Service\ndemo.Other".getBytes(StandardCharsets.UTF_8));
        var loader = node(LIBRARY, driver(classes));

        assertThat(ServiceLoader.load(Runnable.class, loader))
                .extracting(service -> service.getClass().getName())
                .containsExactly("demo.Service", "demo.Other");
    }

    @Test
    void getResources_someOnTheNode_areTheDriversInOrderAndOnlyOthersAreFetched() throws Exception {
        Compiled both = Compiled.of(HELPER).with("note.txt", "both".getBytes(StandardCharsets.UTF_8));
        Compiled drivers = Compiled.of(HELPER).with("note.txt", "driver's".getBytes(StandardCharsets.UTF_8));
        ClassLoader first = drivers.loader();
        ClassOrigins origins = new ClassOrigins(both.loader(), List.of());
        origins.note(first);
        var loader = node(both.loader(), noted(origins));

        List<URL> urls = Collections.list(loader.getResources("note.txt"));

        assertThat(urls).extracting(URL::toString).containsExactly("clusterpool:note.txt", "memory:note.txt");
        assertThat(urls.get(0).openStream()).hasContent("driver's");
        assertThat(fetched).containsExactly("note.txt");
        assertThat(loader.loadClass("demo.Helper").getClassLoader()).isNotSameAs(loader);
    }

    @Test
    void loadClass_whileItComesAlongWithAnother_waitsForItAndFetchesNothing() throws Exception {
        AtomicReference<ShippedLoader> loader = new AtomicReference<>();
        FutureTask<Class<?>> beside = new FutureTask<>(() -> loader.get().loadClass("demo.Helper"));
        ClassSource drivers = driver(Compiled.of(MAIN, HELPER));
        loader.set(node(LIBRARY, new ClassSource() {
            @Override
            public List<ShippedFile> find(String path, String digest, long origin) {
                return drivers.find(path, digest, origin);
            }

            @Override
            public byte[] fetch(List<ShippedFile> files) {
                if (fetched.isEmpty()) {
                    Thread other = new Thread(beside);
                    other.start();
                    Patience.await().until(() -> other.getState() == Thread.State.BLOCKED || beside.isDone());
                }
                return drivers.fetch(files);
            }
        }));

        assertThat(value(loader.get())).isEqualTo(101);
        assertThat(beside.get()).isSameAs(loader.get().loadClass("demo.Helper"));
        assertThat(fetched).containsExactlyInAnyOrder("demo/Main.class", "demo/Helper.class");
    }

    @Test
    void loadClass_byManyThreadsAtOnce_givesOneClassAndFetchesOnce() throws Exception {
        var declarations = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            declarations.add("public class C" + i + " { public static int value() { return C" + (i + 1) % 40
                    + ".class.getName().length() + C" + (i + 7) % 40 + ".class.getName().length(); } }");
        }
        var loader = node(LIBRARY, driver(Compiled.of(declarations.toArray(String[]::new))));
        int threads = 8;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CountDownLatch start = new CountDownLatch(threads);
        List<Future<Class<?>>> found = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int first = t * 5;
            found.add(executor.submit(() -> {
                start.countDown();
                start.await();
                for (int i = 0; i < 40; i++) {
                    Compiled.call(loader, "C" + (first + i) % 40, "value");
                }
                return loader.loadClass("demo.C3");
            }));
        }
        for (var each : found) {
            assertThat(each.get()).isSameAs(loader.loadClass("demo.C3"));
        }
        executor.shutdown();

        assertThat(fetched).doesNotHaveDuplicates().hasSize(40);
    }
}
