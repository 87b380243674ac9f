/** Small whole programs to read first and copy from. */
@NullMarked
package io.github.clusterpool.examples;

import org.jspecify.annotations.NullMarked;
