package io.github.clusterpool.wire;

import org.jspecify.annotations.Nullable;

/** Bytes that make no value: damaged, forged, over a limit, or written by a different build. */
public class MalformedValueException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that says what was found and what must be there. */
  public MalformedValueException(String message) {
    this(message, null);
  }

  /** The same with what brought it to light, if anything. */
  public MalformedValueException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
