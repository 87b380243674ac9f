package io.github.clusterpool;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the code to the arrows between modules and packages, and to what each of them may touch. */
class ArchitectureTest {

    private static final String ROOT = "io.github.clusterpool";
    private static final String STATE = ROOT + ".state..";
    private static final String WIRE = ROOT + ".wire..";
    private static final String CODE = ROOT + ".code..";
    private static final String NET = ROOT + ".net..";
    private static final String TRUST = ROOT + ".trust..";
    private static final String NODE = ROOT + ".node..";
    private static final String EXAMPLES = ROOT + ".examples..";

    /** Only these end their JVM; every other class lives in a JVM that belongs to someone else. */
    private static final Set<String> MAY_EXIT =
            Set.of(ROOT + ".WorkerMain", ROOT + ".ArchiveTraining", ROOT + ".node.Main", ROOT + ".examples.Main");

    /** The path and not ArchUnit's own option, as the build directory may have another name. */
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(ROOT);

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(location -> location.contains("/test-classes/"))
            .importPackages(ROOT);

    @Test
    void mainClasses_imported_holdTheProjectAndNoTests() {
        assertThat(MAIN.contain(ROOT + ".package-info")).isTrue();
        assertThat(MAIN.contain(ArchitectureTest.class)).isFalse();
        assertThat(TESTS.contain(ArchitectureTest.class)).isTrue();
    }

    @Test
    void core_knowsNeitherNodeNorExamples() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT, STATE, WIRE, CODE, NET, TRUST)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(NODE, EXAMPLES));
    }

    @Test
    void node_doesNotKnowExamples() {
        check(noClasses()
                .that()
                .resideInAPackage(NODE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(EXAMPLES));
    }

    @Test
    void packages_areThoseOfTheDesign() {
        check(classes().should().resideInAnyPackage(ROOT, STATE, WIRE, CODE, NET, TRUST, NODE, EXAMPLES));
    }

    @ParameterizedTest
    @ValueSource(strings = {STATE, WIRE, CODE, NET, TRUST})
    void leaf_knowsNothingElseOfTheProjectAndNoActors(String leaf) {
        check(noClasses()
                .that()
                .resideInAPackage(leaf)
                .should()
                .dependOnClassesThat(resideInAnyPackage(ROOT + "..")
                        .and(DescribedPredicate.not(resideInAnyPackage(leaf)))
                        .or(resideInAnyPackage("org.apache.pekko.."))));
    }

    @Test
    void state_doesNoInputOrOutput() {
        check(noClasses()
                .that()
                .resideInAPackage(STATE)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.io..", "java.nio..", "java.net..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.type(Serializable.class)))));
    }

    @Test
    void state_isGivenTimeAndChance() {
        check(noClasses()
                .that()
                .resideInAPackage(STATE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Clock.class, Random.class, SecureRandom.class, SplittableRandom.class, ThreadLocalRandom.class)
                .orShould()
                .accessTargetWhere(target(asksForTimeOrChance())));
    }

    @Test
    void javaSerialization_isUsedNowhere() {
        check(noClasses()
                .that(describe(
                        "are not the one that looks at what would be written, and writes nothing",
                        c -> !outermost(c).getName().equals(ROOT + ".AsyncParts")))
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ObjectOutputStream.class, ObjectInputStream.class));
    }

    @Test
    void exit_isCalledOnlyByMainClasses() {
        check(noClasses()
                .that(describe(
                        "are not main classes",
                        c -> !MAY_EXIT.contains(outermost(c).getName())))
                .should()
                .accessTargetWhere(target(endsTheJvm())));
    }

    @Test
    void names_sayWhatAClassIs() {
        check(noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)(\\$.*)?"));
    }

    @Test
    void tests_areInClassesThatSurefireRuns() {
        methods()
                .that()
                .areAnnotatedWith(Test.class)
                .or()
                .areAnnotatedWith(ParameterizedTest.class)
                .or()
                .areAnnotatedWith(Property.class)
                .should()
                .beDeclaredInClassesThat(describe(
                        "have names that end with Test",
                        c -> outermost(c).getSimpleName().endsWith("Test")))
                .check(TESTS);
    }

    /** Others' code lands package by package: a rule on a package that is still empty holds. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }

    private static DescribedPredicate<AccessTarget> asksForTimeOrChance() {
        return describe("asks for time or chance", t -> {
            var owner = t.getOwner();
            return (owner.getPackageName().equals("java.time") && t.getName().equals("now"))
                    || (owner.isEquivalentTo(System.class)
                            && Set.of("currentTimeMillis", "nanoTime").contains(t.getName()))
                    || (owner.isEquivalentTo(UUID.class) && t.getName().equals("randomUUID"))
                    || (owner.isEquivalentTo(Math.class) && t.getName().equals("random"));
        });
    }

    private static DescribedPredicate<AccessTarget> endsTheJvm() {
        return describe(
                "ends the JVM",
                t -> (t.getOwner().isEquivalentTo(System.class) && t.getName().equals("exit"))
                        || (t.getOwner().isEquivalentTo(Runtime.class)
                                && Set.of("exit", "halt").contains(t.getName())));
    }

    private static JavaClass outermost(JavaClass c) {
        return c.getEnclosingClass().map(ArchitectureTest::outermost).orElse(c);
    }
}
