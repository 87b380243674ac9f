/** The command line of clusterpool. */
@NullMarked
package io.github.clusterpool.node;

import org.jspecify.annotations.NullMarked;
