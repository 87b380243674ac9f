package io.github.clusterpool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomsTest {
    private final Rooms rooms = new Rooms();

    @Test
    void take_givenBack_isTheSameAgain() {
        byte[] room = rooms.take();
        rooms.giveBack(room);

        assertThat(rooms.take()).isSameAs(room);
    }

    @Test
    void take_whileAnotherHasIt_isOneOfItsOwn() {
        byte[] room = rooms.take();

        assertThat(rooms.take()).isNotSameAs(room);
    }

    @Test
    void giveBack_larger_takesThePlaceOfASmallerOne() {
        byte[] small = rooms.take();
        byte[] large = new byte[small.length + 1];
        rooms.giveBack(small);
        rooms.giveBack(large);
        rooms.giveBack(small);

        assertThat(rooms.take()).isSameAs(large);
    }
}
