/** A persistent parallel pool of workers: give it a list and a function, get the results in order. */
@NullMarked
package io.github.clusterpool;

import org.jspecify.annotations.NullMarked;
