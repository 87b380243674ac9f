package io.github.clusterpool.code;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A language of another making, to be plugged in: {@code #!rpn x 2 *}; arguments are $1, $2; {@code =y} sets y. */
public final class RpnEvaluator implements Evaluator {
    @Override
    public String language() {
        return "rpn";
    }

    @Override
    public CompiledScript expression(String text) {
        return function(text, 0);
    }

    @Override
    public CompiledScript function(String text, int arity) {
        int bad = text.indexOf('?');
        if (bad >= 0) {
            throw new ScriptException("script must parse, got '?'", 1, bad + 1, text.strip(), null);
        }
        return new Program(text);
    }

    private record Program(String text) implements CompiledScript {
        @Override
        public @Nullable Object run(Scope scope, @Nullable Object... args) {
            Deque<Integer> stack = new ArrayDeque<>();
            for (String word : text.strip().split("\\s+", -1)) {
                switch (word) {
                    case "+" -> stack.push(stack.pop() + stack.pop());
                    case "*" -> stack.push(stack.pop() * stack.pop());
                    case "loop" -> waitForTheEnd(scope);
                    default -> {
                        if (word.startsWith("=")) {
                            scope.set(word.substring(1), stack.peek());
                        } else {
                            stack.push(number(word, scope, args));
                        }
                    }
                }
            }
            return stack.pop();
        }

        private int number(String word, Scope scope, @Nullable Object... args) {
            if (word.startsWith("$")) {
                return (Integer) args[Integer.parseInt(word.substring(1)) - 1];
            }
            if (Character.isDigit(word.charAt(0))) {
                return Integer.parseInt(word);
            }
            if (!scope.has(word)) {
                throw new UnsetVariableException(word, 1, text.indexOf(word) + 1, text.strip());
            }
            return (Integer) scope.get(word);
        }

        private void waitForTheEnd(Scope scope) {
            while (!scope.cancelled().get() && !Thread.interrupted()) {
                Thread.onSpinWait();
            }
            throw new CancellationException("script was cancelled: " + text);
        }
    }
}
