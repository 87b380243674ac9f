package io.github.clusterpool.code;

import io.github.clusterpool.code.ConstantPool.Member;
import java.io.IOException;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds JShell's variables in what a lambda runs. Each is a static field of a class of its own, filled in by the session:
 * a worker would get that class, and read null or zero.
 */
final class ReplVariables {
    /** Where JShell's classes are: a wrapper for each snippet, and what the snippet declares within it. */
    private static final String WRAPPER = "REPL/\\$JShell\\$\\w+";

    private static final String RUN_BY_SESSION = "do_it$";

    private final @Nullable ClassLoader loader;
    private final Map<String, @Nullable MethodCode> classes = new HashMap<>();
    private final Set<Member> seen = new HashSet<>();
    private final Deque<Member> open = new ArrayDeque<>();

    private ReplVariables(@Nullable ClassLoader loader) {
        this.loader = loader;
    }

    /** Whether it is a class of a JShell session, which may get another body at any time and be the same class. */
    static boolean isOfRepl(String path) {
        return path.startsWith("REPL/");
    }

    /** @throws LambdaException if the lambda, or a method of the session that it calls, uses such a variable */
    static void requireNone(SerializedLambda lambda, @Nullable ClassLoader loader) {
        if (isOfRepl(lambda.getCapturingClass())) {
            var body = new Member(lambda.getImplClass(), lambda.getImplMethodName(), lambda.getImplMethodSignature());
            new ReplVariables(loader).check(body);
        }
    }

    private void check(Member body) {
        add(body);
        while (!open.isEmpty()) {
            var method = open.remove();
            var code = code(method.owner());
            if (code != null) {
                code.usedBy(method).forEach(this::add);
            }
        }
    }

    private void add(Member used) {
        if (!isOfRepl(used.owner()) || !seen.add(used)) {
            return;
        }
        var isOfSession = used.owner().matches(WRAPPER);
        if (used.isField() && isOfSession) {
            throw new LambdaException.ReplVariable(used.name());
        }
        open.add(used);
        var code = isOfSession ? null : code(used.owner());
        if (code != null) {
            // a class that a snippet declares: any of its methods may be called by others
            code.methods().stream()
                    .filter(method -> !method.name().equals(RUN_BY_SESSION))
                    .filter(seen::add)
                    .forEach(open::add);
        }
    }

    private @Nullable MethodCode code(String owner) {
        if (!classes.containsKey(owner)) {
            classes.put(owner, read(owner));
        }
        return classes.get(owner);
    }

    private @Nullable MethodCode read(String owner) {
        try (var in = loader == null ? null : loader.getResourceAsStream(owner + ".class")) {
            return in == null ? null : MethodCode.read(in);
        } catch (IOException e) {
            return null;
        }
    }
}
