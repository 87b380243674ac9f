package io.github.clusterpool.wire;

/** The first bytes of CBOR's items (RFC 8949) that values are made of. */
final class Cbor {
    static final int UNSIGNED = 0x00;
    static final int NEGATIVE = 0x20;
    static final int BYTES = 0x40;
    static final int TEXT = 0x60;
    static final int ARRAY = 0x80;
    static final int TAG = 0xC0;
    static final int FALSE = 0xF4;
    static final int TRUE = 0xF5;
    static final int NULL = 0xF6;
    static final int FLOAT = 0xFA;
    static final int DOUBLE = 0xFB;

    /** The bits that say which. */
    static final int TYPE = 0xE0;
    /** The bits of a small number, or one of the following. */
    static final int NUMBER = 0x1F;

    static final int ONE_BYTE = 24;
    static final int TWO_BYTES = 25;
    static final int FOUR_BYTES = 26;
    static final int EIGHT_BYTES = 27;

    private Cbor() {}
}
