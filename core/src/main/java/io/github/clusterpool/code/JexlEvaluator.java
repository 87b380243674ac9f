package io.github.clusterpool.code;

import java.util.Collections;
import java.util.Map;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.JexlInfo;
import org.apache.commons.jexl3.introspection.JexlPermissions;
import org.apache.commons.logging.impl.NoOpLog;

/**
 * Compiles JEXL for {@link Scripts}: nothing can be reached from a script but its variables, strings, numbers,
 * collections and the functions of {@link Math}.
 */
final class JexlEvaluator implements Evaluator {
    // Math.random: a run with a seed could not be repeated
    private static final JexlPermissions PERMISSIONS =
            JexlPermissions.SECURE.compose("java.lang { Math { random(); } }");

    // pragmas and annotations could switch strictness off
    private static final JexlFeatures FEATURES = JexlFeatures.createDefault()
            .newInstance(false)
            .pragma(false)
            .annotation(false)
            .lexical(true);

    private static final int MAX_DEPTH = 8;

    private final JexlEngine engine = new JexlBuilder()
            .permissions(PERMISSIONS)
            .features(FEATURES)
            .arithmetic(new JexlNumbers())
            .namespaces(mathAsFunctions())
            .strict(true)
            .silent(false)
            .safe(false)
            .antish(false)
            .cancellable(true)
            .logger(new NoOpLog()) // errors are thrown, not printed as well
            .create();

    @Override
    public String language() {
        return "jexl";
    }

    @Override
    public CompiledScript expression(String text) {
        var program = parse(text);
        if (program.arity() > 0) {
            var got = "a function of " + JexlErrors.arguments(program.arity());
            throw new ScriptException("expression must not take arguments, got " + got, 0, 0, text, null);
        }
        return program;
    }

    @Override
    public CompiledScript function(String text, int arity) {
        var program = parse(text);
        if (program.arity() != arity) {
            throw new ScriptException(
                    "function must take " + JexlErrors.arguments(arity) + ", got " + program.arity(), 0, 0, text, null);
        }
        return program;
    }

    private JexlProgram parse(String text) {
        requireShallow(text);
        try {
            // the text as the name: an error in a function that another script defined then shows its own source
            return new JexlProgram(text, engine.createScript(new JexlInfo(text, 1, 1), text));
        } catch (JexlException e) {
            throw JexlErrors.parsing(e, text);
        } catch (StackOverflowError | RuntimeException e) {
            throw new ScriptException("script must parse, got " + e, 0, 0, text, e);
        }
    }

    // JEXL's parser doubles its work with each bracket left open: 12 take seconds, 24 for ever
    private static void requireShallow(String text) {
        var depth = 0;
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw new ScriptException(
                        "script must nest braces and brackets at most " + MAX_DEPTH + " deep, got more",
                        0,
                        0,
                        text,
                        null);
            }
        }
    }

    private static Map<String, Object> mathAsFunctions() {
        return Collections.singletonMap(null, Math.class);
    }
}
