/** Who belongs to a cluster: its authority, certificates, tickets to join by, TLS, and the log of who was let in and who was not. */
@NullMarked
package io.github.clusterpool.trust;

import org.jspecify.annotations.NullMarked;
