package io.github.clusterpool.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets values of further classes travel as a list of parts, for instance lambdas or references.
 *
 * <p>Asked for classes that are not JDK data types, before records and enums. Must be thread-safe and the same on both sides.
 */
public interface Extension<T> {
  /** What the extension is called on the wire. */
  String name();

  /** Whether instances of exactly this class are taken; the answer must not change. */
  boolean handles(Class<?> type);

  /**
   * Takes a value apart, on the sender's side.
   *
   * @return the parts, which travel as any value does; may hold null
   * @throws CannotTravelException if this value must not travel
   */
  List<@Nullable Object> parts(T value);

  /**
   * Makes the value again, on the receiver's side.
   *
   * @param parts as {@link #parts} gave them, but made of bytes that may come from anywhere: check them
   * @param loader where classes named by the parts are looked up
   * @throws MalformedValueException if the parts make no value
   */
  T make(List<@Nullable Object> parts, ClassLoader loader);
}
