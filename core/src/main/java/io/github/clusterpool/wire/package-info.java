/**
 * How values travel: typed CBOR with exact round trips.
 *
 * <p>Every value is one CBOR data item. A type has a code, and the code is the item's tag. Where the reader expects that code
 * anyway (the rest of a list of one type, a record's component, a sequence), the tag is left out; {@code null} never has
 * one. So a list, a record's component and a sequence each state the code of their first value that is not null, and only
 * values that deviate carry a tag.
 *
 * <p>Code 6 is natural CBOR: Integer, Boolean, Float, Double, String, byte[] and ArrayList say themselves what they are.
 * Codes up to 255 are JDK types. From 300 on, a code points into the sequence's dictionary of records, enums, array
 * classes and extensions, which is sent once per sequence, apart from the values.
 */
@NullMarked
package io.github.clusterpool.wire;

import org.jspecify.annotations.NullMarked;
