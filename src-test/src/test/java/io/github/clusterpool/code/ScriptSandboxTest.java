package io.github.clusterpool.code;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but data can be reached from a script, whatever lies in its variables. */
class ScriptSandboxTest {
    private final Scripts scripts = new Scripts(ScriptSandboxTest.class.getClassLoader());
    private final Map<String, Object> values = new HashMap<>();

    ScriptSandboxTest() throws ReflectiveOperationException {
        values.put("x", 42);
        values.put("type", String.class);
        values.put("method", String.class.getMethod("length"));
        values.put("file", new File("x"));
        values.put("path", Path.of("x"));
        values.put("loader", getClass().getClassLoader());
        values.put("runtime", Runtime.getRuntime());
        values.put("thread", Thread.currentThread());
        values.put("process", new ProcessBuilder("true"));
        values.put("own", this);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new('java.io.File', 'x')",
                "new java.io.File('x')",
                "new ProcessBuilder('true')",
                "`${new('java.io.File', 'x')}`",
                "#pragma jexl.import java.io\nnew File('x')",
                "#pragma jexl.options '-strict'\nnope",
                "#pragma jexl.namespace.sys java.lang.System\nsys:getProperty('user.home')",
                "@silent nope",
                "x.getClass()",
                "x.getClass().forName('java.lang.Runtime')",
                "x.class",
                "x['class']",
                "''.class.classLoader",
                "[1].class",
                "[1].getClass()",
                "(() -> 1).class",
                "f = () -> 1; f.getClass()",
                "try { 1 % 0 } catch (let e) { e.printStackTrace() }",
                "try { 1 % 0 } catch (let e) { e.class }",
                "System.getProperty('user.home')",
                "java.lang.System.getProperty('user.home')",
                "java:getProperty('user.home')",
                "getClass()",
                "forName('java.lang.Runtime')",
                "random()",
                "type.forName('java.lang.Runtime')",
                "type.name",
                "type.getMethod('length')",
                "method.invoke('a')",
                "method.name",
                "file.exists()",
                "file.delete()",
                "file.path",
                "path.toFile()",
                "path.getParent()",
                "loader.loadClass('java.lang.Runtime')",
                "runtime.exec('true')",
                "runtime.availableProcessors()",
                "thread.name",
                "thread.contextClassLoader",
                "process.start()",
                "own.toString()",
                "own.values",
            })
    void expression_reachingOut_fails(String text) {
        assertThatThrownBy(() -> scripts.expression(text).run(new Data())).isInstanceOf(ScriptException.class);
    }

    @Test
    void expression_deniedMethod_saysWhatScriptsCanUse() {
        assertThatThrownBy(() -> scripts.expression("runtime.exec('true')").run(new Data()))
                .hasMessage(
                        "script failed, got unsolvable function/method 'exec(String)'; scripts can use variables,"
                                + " strings, numbers, collections and the functions of Math (line 1, column 8): runtime.exec('true')");
    }

    private final class Data implements Scope {
        @Override
        public boolean has(String name) {
            return values.containsKey(name);
        }

        @Override
        public Object get(String name) {
            return values.get(name);
        }

        @Override
        public void set(String name, Object value) {
            values.put(name, value);
        }

        @Override
        public AtomicBoolean cancelled() {
            return new AtomicBoolean();
        }
    }
}
