package io.github.clusterpool;

import static io.github.clusterpool.PoolCase.failure;
import static io.github.clusterpool.PoolCase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.clusterpool.wire.ValueSamples;
import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What values become on their way to a worker and back. */
interface ValuesTest extends PoolCase {
    String HERE = ValuesTest.class.getName();

    /** No record, no setters, and a constructor that nobody else may call. */
    @Portable
    final class Account {
        private final String owner;
        private final Map<String, Instant> seen;
        private long balance;
        private transient int reads;
        private Shape shape = new Circle(1);

        private Account() {
            this("", Map.of());
        }

        Account(String owner, Map<String, Instant> seen) {
            this.owner = owner;
            this.seen = seen;
        }

        Account plus(long more) {
            balance += more;
            reads++;
            return this;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Account that
                    && owner.equals(that.owner)
                    && seen.equals(that.seen)
                    && balance == that.balance
                    && shape.equals(that.shape);
        }

        @Override
        public int hashCode() {
            return Objects.hash(owner, balance);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface Shape {}

    @Portable
    final class Circle implements Shape {
        private int radius;

        private Circle() {}

        Circle(int radius) {
            this.radius = radius;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Circle that && radius == that.radius;
        }

        @Override
        public int hashCode() {
            return radius;
        }
    }

    @Portable
    final class Unmade {
        final int size;

        Unmade(int size) {
            this.size = size;
        }
    }

    @Portable
    final class Untyped {
        Object anything = 5L;
    }

    record Held(Account account, Account[] more) {}

    @Test
    default void values_ofEveryKind_comeBackAsTheyWere() {
        List<Object> all = ValueSamples.all()
                .filter(each -> !(each instanceof String text && text.length() > 10_000))
                .toList();

        List<Object> back = value(pool().lapply(all, x -> x));

        assertThat(back).isEqualTo(all);
        for (int i = 0; i < all.size(); i++) {
            assertThat(back.get(i)).hasSameClassAs(all.get(i));
        }
    }

    @Test
    default void values_withoutEquals_keepClassAndContents() {
        List<Object> arrays = ValueSamples.arrays().toList();
        Pattern pattern = Pattern.compile("a.b", Pattern.CASE_INSENSITIVE);
        List<Locale> locales = List.of(Locale.getAvailableLocales());

        List<Object> back = value(pool().lapply(arrays, array -> array));
        List<Object> others = value(pool().lapply(List.of(pattern, locales), other -> other));

        assertThat(Arrays.deepEquals(back.toArray(), arrays.toArray())).isTrue();
        for (int i = 0; i < arrays.size(); i++) {
            assertThat(back.get(i)).hasSameClassAs(arrays.get(i));
        }
        assertThat(others.get(0))
                .asInstanceOf(type(Pattern.class))
                .satisfies(it -> assertThat(it.flags()).isEqualTo(Pattern.CASE_INSENSITIVE))
                .hasToString("a.b");
        assertThat(others.get(1)).isEqualTo(locales);
    }

    @Test
    default void value_heldTwice_isOneThingOnTheWorkerAndBack() {
        List<Integer> shared = new ArrayList<>(List.of(1));
        List<List<Integer>> holder = List.of(shared);

        assertThat(value(pool().lapply(List.of(List.of(shared, shared)), pair -> {
                    pair.get(0).add(2);
                    return pair;
                })))
                .first()
                .satisfies(pair -> assertThat(pair.get(0)).isSameAs(pair.get(1)).isEqualTo(List.of(1, 2)));
        assertThat(value(pool().lapply(List.of(1), i -> holder.get(0) == shared)))
                .containsExactly(true);
    }

    @Test
    default void value_thatContainsItself_isRefusedByPath() {
        List<Object> list = new ArrayList<>(List.of(1));
        list.add(Map.of("me", list));

        assertThat(assertThrows(NotPortableException.class, () -> pool().export("x", list)))
                .hasMessage(
                        "'x': element 1, the value of key 'me': a java.util.ArrayList contains itself; send a flat form");
        assertThat(assertThrows(NotPortableException.class, () -> pool().lapply(List.of(1), i -> list.size())))
                .hasMessage("the lambda in " + HERE + " captures value 1 (java.util.ArrayList), which cannot travel;"
                        + " send a flat form");
    }

    @Test
    default void result_thatContainsItself_failsItsElement() {
        JobFailedException failed = failure(JobFailedException.class, pool().lapply(List.of(1, 2), i -> {
            List<Object> list = new ArrayList<>(List.of(i));
            if (i == 2) {
                list.add(list);
            }
            return list;
        }));

        assertThat(failed.outcomes().get(0).value()).isEqualTo(List.of(1));
        assertThat(failed.outcomes().get(1).error())
                .isInstanceOf(NotPortableException.class)
                .hasMessageContaining("element 1: a java.util.ArrayList contains itself; send a flat form");
    }

    @Test
    default void exception_asAValue_arrivesAsRemoteException() {
        Exception sent = new IOException("disk full", new IllegalStateException("inner"));

        List<Exception> back = value(pool().lapply(List.of(sent), e -> e));

        assertThat(back.get(0))
                .isInstanceOf(RemoteException.class)
                .hasToString("java.io.IOException: disk full")
                .hasMessage("disk full");
        assertThat(((RemoteException) back.get(0)).remoteClass()).isEqualTo("java.io.IOException");
        assertThat(back.get(0).getCause()).hasToString("java.lang.IllegalStateException: inner");
        assertThat(back.get(0).getStackTrace()[0].getMethodName())
                .isEqualTo("exception_asAValue_arrivesAsRemoteException");
    }

    @Test
    default void portableClass_asElementCapturedAndInside_travels() {
        Account account = new Account("ann", Map.of("login", Instant.ofEpochSecond(7, 8))).plus(3);
        Account captured = new Account("bob", Map.of()).plus(4);

        List<Held> back = value(pool().lapply(
                        Arrays.asList(account, null),
                        each -> new Held(each == null ? null : each.plus(10), new Account[] {captured, each})));

        assertThat(back.get(0).account())
                .isEqualTo(new Account("ann", Map.of("login", Instant.ofEpochSecond(7, 8))).plus(13))
                .isSameAs(back.get(0).more()[1]);
        assertThat(back.get(0).account().reads).isZero();
        assertThat(back.get(1).more()).containsExactly(captured, null);
    }

    @Test
    default void portableClass_thatCannotBeMadeAgain_isRefusedByPath() {
        assertThat(assertThrows(NotPortableException.class, () -> pool().export("x", List.of(new Unmade(1)))))
                .hasMessageStartingWith("'x': element 0: a " + HERE
                        + "$Unmade cannot travel by Jackson (Cannot construct" + " instance of `" + HERE + "$Unmade` (")
                .hasMessageEndingWith("; make it a record, or mend that");
        assertThat(assertThrows(NotPortableException.class, () -> pool().export("x", new Untyped())))
                .hasMessageContaining("field 'anything' of " + HERE
                        + "$Untyped must say what it holds, got java.lang.Object; give it a type or a @JsonTypeInfo");
    }

    @Test
    default void subclassOfAPortableClass_needsItsOwnMark() {
        class Local extends ArrayList<Integer> {}

        assertThat(assertThrows(NotPortableException.class, () -> pool().export("x", new Local())))
                .hasMessageContaining("only the JDK's own collections do");
        assertThat(assertThrows(NotPortableException.class, () -> pool().export("x", new Object[] {new Socket()})))
                .hasMessage("'x': element 0: a java.net.Socket cannot travel; open it on the worker instead");
    }
}
