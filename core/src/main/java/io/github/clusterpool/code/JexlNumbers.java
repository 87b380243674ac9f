package io.github.clusterpool.code;

import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.commons.jexl3.JexlArithmetic;
import org.jspecify.annotations.Nullable;

/**
 * JEXL's arithmetic with the answers an R user expects: division is never cut to a whole number, Integers stay Integers
 * where they fit, and {@code [1, 2]} is a List.
 */
public final class JexlNumbers extends JexlArithmetic {
    JexlNumbers() {
        super(true);
    }

    private JexlNumbers(boolean strict, MathContext context, int scale) {
        super(strict, context, scale);
    }

    @Override
    protected JexlArithmetic createWithOptions(boolean strict, MathContext context, int scale) {
        return new JexlNumbers(strict, context, scale);
    }

    /** 1 / 2 is 0.5 and 1 / 0 is Infinity, as in R and as doubles do; only BigDecimals divide exactly. */
    @Override
    public Object divide(@Nullable Object left, @Nullable Object right) {
        return left instanceof Number l
                        && right instanceof Number r
                        && !(l instanceof BigDecimal || r instanceof BigDecimal)
                ? (Object) (l.doubleValue() / r.doubleValue())
                : super.divide(left, right);
    }

    @Override
    public ArrayBuilder arrayBuilder(int size, boolean extended) {
        return super.arrayBuilder(size, true);
    }

    @Override
    public Object and(@Nullable Object left, @Nullable Object right) {
        return fit(left, right, super.and(left, right));
    }

    @Override
    public Object or(@Nullable Object left, @Nullable Object right) {
        return fit(left, right, super.or(left, right));
    }

    @Override
    public Object xor(@Nullable Object left, @Nullable Object right) {
        return fit(left, right, super.xor(left, right));
    }

    @Override
    public Object complement(@Nullable Object value) {
        return fit(value, value, super.complement(value));
    }

    @Override
    public Object shiftLeft(@Nullable Object left, @Nullable Object right) {
        return fit(left, right, super.shiftLeft(left, right));
    }

    @Override
    public Object shiftRight(@Nullable Object left, @Nullable Object right) {
        return fit(left, right, super.shiftRight(left, right));
    }

    // JEXL's bit operators always answer with a Long
    private static Object fit(@Nullable Object left, @Nullable Object right, Object result) {
        return left instanceof Integer && right instanceof Integer && result instanceof Long l && l == l.intValue()
                ? (Object) l.intValue()
                : result;
    }
}
