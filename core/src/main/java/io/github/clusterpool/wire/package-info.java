/** How values travel: typed CBOR with exact round trips. */
@NullMarked
package io.github.clusterpool.wire;

import org.jspecify.annotations.NullMarked;
