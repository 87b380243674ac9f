package io.github.clusterpool.code;

import org.apache.commons.jexl3.JexlArithmetic;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlInfo;
import org.jspecify.annotations.Nullable;

/** Says JEXL's errors in this library's words, with the place in the text. */
final class JexlErrors {
    private JexlErrors() {}

    static ScriptException parsing(JexlException e, String text) {
        return at(e.getInfo(), "script must parse, got " + problem(innermost(e)), text, null);
    }

    /**
     * Turns an error of a run into ours.
     *
     * @param lastMissing the variable read last, if it was not set: JEXL does not name it in {@code n += 1} and {@code n.a}
     */
    static ScriptException running(JexlException error, String text, @Nullable String lastMissing) {
        var e = innermost(error);
        if (e instanceof JexlException.Variable variable && variable.isUndefined()) {
            return unset(variable.getVariable(), e.getInfo(), text);
        }
        if (lastMissing != null && isOfNull(e)) {
            return unset(lastMissing, e.getInfo(), text);
        }
        return at(e.getInfo(), "script failed, got " + problem(e), text, cause(e));
    }

    static String arguments(int count) {
        return count + (count == 1 ? " argument" : " arguments");
    }

    private static JexlException innermost(JexlException e) {
        return e.getCause() instanceof JexlException inner ? innermost(inner) : e;
    }

    private static boolean isOfNull(JexlException e) {
        return e instanceof JexlException.Property property
                ? property.getDetail().contains(".")
                : e instanceof JexlException.Operator && e.getCause() instanceof JexlArithmetic.NullOperand;
    }

    private static String problem(JexlException e) {
        if (e instanceof JexlException.Throw thrown) {
            return String.valueOf(thrown.getValue());
        }
        var cause = cause(e);
        if (cause != null) {
            return cause.toString();
        }
        var hint = e instanceof JexlException.Method || e instanceof JexlException.Property
                ? "; scripts can use variables, strings, numbers, collections and the functions of Math"
                : "";
        var detail = e.getCause() == null || e.getCause().getMessage() == null
                ? ""
                : ": " + e.getCause().getMessage();
        return ownWords(e) + detail + hint;
    }

    // JEXL's own exceptions stay here: the other side need not have their classes
    private static @Nullable Throwable cause(JexlException e) {
        var cause =
                e instanceof JexlException.Throw thrown && thrown.getValue() instanceof Throwable t ? t : e.getCause();
        return cause == null || cause.getClass().getName().startsWith("org.apache.commons.jexl3.") ? null : cause;
    }

    // the message begins with the text, its name, and the place, which we show ourselves
    private static String ownWords(JexlException e) {
        var message = String.valueOf(e.getMessage());
        var info = e.getInfo();
        if (info == null) {
            return message;
        }
        var name = info.getName() == null ? "" : info.getName();
        var place = name + "@" + info.getLine() + ":" + info.getColumn();
        return message.startsWith(place) ? message.substring(place.length()).strip() : message;
    }

    private static UnsetVariableException unset(String name, @Nullable JexlInfo info, String text) {
        return new UnsetVariableException(name, line(info), column(info), source(info, text));
    }

    private static ScriptException at(@Nullable JexlInfo info, String what, String text, @Nullable Throwable cause) {
        return new ScriptException(what, line(info), column(info), source(info, text), cause);
    }

    private static int line(@Nullable JexlInfo info) {
        return info == null ? 0 : info.getLine();
    }

    private static int column(@Nullable JexlInfo info) {
        return info == null ? 0 : info.getColumn();
    }

    private static String source(@Nullable JexlInfo info, String text) {
        var named = info == null || info.getName() == null ? text : info.getName();
        return named.lines()
                .skip(Math.max(0, line(info) - 1))
                .findFirst()
                .orElse(named)
                .strip();
    }
}
