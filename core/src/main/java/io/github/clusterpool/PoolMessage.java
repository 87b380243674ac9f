package io.github.clusterpool;

/** A message between the pool's actors that may cross from one JVM to another: a record, as CBOR. */
interface PoolMessage {}
