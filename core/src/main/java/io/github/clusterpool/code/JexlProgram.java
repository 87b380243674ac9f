package io.github.clusterpool.code;

import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlScript;
import org.jspecify.annotations.Nullable;

/** A parsed JEXL script; holds nothing of a run. */
final class JexlProgram implements CompiledScript {
    private final String text;
    private final JexlScript script;

    JexlProgram(String text, JexlScript script) {
        this.text = text;
        this.script = script;
    }

    int arity() {
        return script.getParameters().length;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public @Nullable Object run(Scope scope, @Nullable Object... args) {
        if (args.length != arity()) {
            throw new ScriptException(
                    "script must get " + JexlErrors.arguments(arity()) + ", got " + args.length, 0, 0, text, null);
        }
        var variables = new Variables(scope);
        try {
            return portable(script.execute(variables, args));
        } catch (JexlException.Cancel e) {
            throw new CancellationException("script was cancelled: " + text);
        } catch (JexlException e) {
            throw JexlErrors.running(e, text, variables.lastMissing);
        } catch (RuntimeException e) {
            throw new ScriptException("script failed, got " + e, 0, 0, text, e);
        }
    }

    // functions and ranges are JEXL's own classes and stay on the worker
    private static @Nullable Object portable(@Nullable Object value) {
        if (value instanceof JexlScript function) {
            return function.getParsedText().strip();
        }
        return value instanceof Collection<?> range && isJexls(range) ? new ArrayList<>(range) : value;
    }

    private static boolean isJexls(Object value) {
        return value.getClass().getName().startsWith("org.apache.commons.jexl3.");
    }

    /** The scope as JEXL asks for it, for one run. */
    private static final class Variables implements JexlContext, JexlContext.CancellationHandle {
        private final Scope scope;
        private @Nullable String lastMissing;

        Variables(Scope scope) {
            this.scope = scope;
        }

        @Override
        public boolean has(String name) {
            return scope.has(name);
        }

        @Override
        public @Nullable Object get(String name) {
            var value = scope.get(name);
            lastMissing = value == null && !scope.has(name) ? name : null;
            return value;
        }

        @Override
        public void set(String name, @Nullable Object value) {
            scope.set(name, value);
        }

        @Override
        public AtomicBoolean getCancellation() {
            return scope.cancelled();
        }
    }
}
