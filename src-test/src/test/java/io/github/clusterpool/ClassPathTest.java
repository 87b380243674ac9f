package io.github.clusterpool;

import static io.github.clusterpool.JarFixture.folder;
import static io.github.clusterpool.JarFixture.jar;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {
    @TempDir
    Path work;

    @Test
    void of_relativeEmptyAndMissingEntries_areAbsoluteTheWorkingFolderAndLeftOut() throws IOException {
        var lib = jar(work.resolve("a.jar"), "", "A.class");

        var path = ClassPath.of(String.join(File.pathSeparator, "./a.jar", "", "missing.jar", "lib/*", "a.jar"), work);

        assertThat(path.entries()).containsExactly(lib, work);
    }

    @Test
    void of_manifestOnlyJar_isReplacedByItsClassPath() throws IOException {
        var lib = jar(work.resolve("with space.jar"), "", "A.class");
        var classes = folder(work.resolve("classes"), "B.class");
        jar(work.resolve("path.jar"), classes.toUri() + " with%20space.jar gone.jar");

        var path = ClassPath.of("path.jar", work);

        assertThat(path.entries()).containsExactly(classes, lib);
    }

    @Test
    void of_jarWithClassPath_isFollowedByItEvenInACircle() throws IOException {
        var first = jar(work.resolve("first.jar"), "second.jar", "A.class");
        var second = jar(work.resolve("second.jar"), "first.jar", "B.class");
        var last = jar(work.resolve("last.jar"), "", "C.class");

        var path = ClassPath.of("first.jar" + File.pathSeparator + "last.jar", work);

        assertThat(path.entries()).containsExactly(first, second, last);
    }

    @Test
    void ofDriver_underTheTestRunner_holdsTestClassesAndLibraries() {
        var path = ClassPath.ofDriver();

        assertThat(path.entries()).anyMatch(entry -> entry.endsWith("test-classes"));
        assertThat(path.jars()).anyMatch(entry -> entry.getFileName().toString().startsWith("pekko-actor-typed"));
        assertThat(path.entries()).allMatch(Path::isAbsolute);
    }

    @Test
    void ofLibrary_underTheTestRunner_holdsNeitherTestsNorTheirLibraries() {
        var path = ClassPath.ofLibrary();

        assertThat(path.entries()).isSubsetOf(ClassPath.ofDriver().entries());
        assertThat(path.jars()).anyMatch(entry -> entry.getFileName().toString().startsWith("pekko-actor-typed"));
        assertThat(path.toString()).doesNotContain("test-classes", "assertj", "junit", "picocli");
    }

    @Test
    void jarsFirst_directoryHoldsNothingOfAJar_movesItToTheEnd() throws IOException {
        var classes = folder(work.resolve("classes"), "demo/Main.class", "META-INF/MANIFEST.MF", "module-info.class");
        var lib = jar(work.resolve("a.jar"), "", "A.class", "module-info.class");

        var moved = new ClassPath(List.of(classes, lib)).jarsFirst();

        assertThat(moved).contains(new ClassPath(List.of(lib, classes)));
    }

    @Test
    void jarsFirst_directoryShadowsALaterJar_isEmpty() throws IOException {
        var classes = folder(work.resolve("classes"), "reference.conf");
        var lib = jar(work.resolve("a.jar"), "", "reference.conf");

        assertThat(new ClassPath(List.of(classes, lib)).jarsFirst()).isEmpty();
        assertThat(new ClassPath(List.of(lib, classes)).jarsFirst()).contains(new ClassPath(List.of(lib, classes)));
    }

    @Test
    void jarsFirst_directoryShadowsAService_isEmpty() throws IOException {
        var classes = folder(work.resolve("classes"), "META-INF/services/demo.Spi");
        var lib = jar(work.resolve("a.jar"), "", "META-INF/services/demo.Spi");

        assertThat(new ClassPath(List.of(classes, lib)).jarsFirst()).isEmpty();
    }

    @Test
    void jarsFirst_directoriesShadowEachOther_keepTheirOrder() throws IOException {
        var first = folder(work.resolve("first"), "A.class");
        var second = folder(work.resolve("second"), "A.class");
        var lib = jar(work.resolve("a.jar"), "", "B.class");

        assertThat(new ClassPath(List.of(first, lib, second)).jarsFirst())
                .contains(new ClassPath(List.of(lib, first, second)));
    }
}
