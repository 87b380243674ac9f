/**
 * How bytes get from one JVM of a pool to another: frames on sockets, each way on a connection of its own.
 *
 * <p>A connection begins with proof, on both sides, that they have the pool's key; nothing is read before that but these
 * few bytes. After it come frames: four bytes with the length, big-endian, then that many bytes.
 */
@NullMarked
package io.github.clusterpool.net;

import org.jspecify.annotations.NullMarked;
