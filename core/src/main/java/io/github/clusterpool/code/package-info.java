/** How functions travel: lambdas as data, and scripts. */
@NullMarked
package io.github.clusterpool.code;

import org.jspecify.annotations.NullMarked;
