/** Pure decisions of the pool: no actors, no clock, no I/O. */
@NullMarked
package io.github.clusterpool.state;

import org.jspecify.annotations.NullMarked;
