package io.github.clusterpool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a class that is neither record nor enum travel, by Jackson databind.
 *
 * <p>All its fields travel, whatever their visibility, but {@code transient} ones; Jackson's annotations are obeyed. It is made
 * again by a constructor without parameters, which may be private, or by its {@code @JsonCreator}. A subclass needs an annotation
 * of its own. Records need none, are faster, and keep the exact type of what is in a field declared as {@code Object}, which is
 * refused here unless it has a {@code @JsonTypeInfo}.
 *
 * <p>The same without touching the class: {@code clusterpool.values.portable-prefixes}. Both are off with
 * {@code clusterpool.values.strict}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Portable {}
