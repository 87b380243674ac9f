package io.github.clusterpool.state;

/**
 * Why a worker is gone.
 *
 * @param reason in words, to stand after "worker 2 "
 */
public record Death(String reason) {}
