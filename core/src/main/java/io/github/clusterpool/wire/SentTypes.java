package io.github.clusterpool.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The types of one sequence on the sender's side: how each class is written, and the dictionary that goes with it. */
final class SentTypes {
    /** A common code that is not decided yet, because only nulls were seen. */
    static final int UNSET = -1;

    /** Where the dictionary's codes start. */
    static final int FIRST = 300;

    /** Writes the payload of values of one type; the code in front of it is the caller's. */
    interface Writer {
        int code();

        /** Whether two places that hold the same one must hold the same one again; the reader must answer alike. */
        default boolean isMutable() {
            return false;
        }

        void write(Object value, ValueWriter out) throws IOException;
    }

    /** A type of the dictionary. */
    interface Entry extends Writer {
        /** Writes all that {@link ReceivedTypes} needs, as one array. */
        void describe(CborOut out);
    }

    /** Most sequences are of hardly any type. */
    private static final int FEW = 2;

    private final ValueCodec codec;
    private final IdentityHashMap<Object, Writer> known = new IdentityHashMap<>(FEW);
    private final List<Entry> dictionary = new ArrayList<>();
    private @Nullable Deque<Runnable> undo;
    private int kept;
    private @Nullable Class<?> lastClass;
    private @Nullable Writer lastWriter;

    SentTypes(ValueCodec codec) {
        this.codec = codec;
    }

    /** How values of this one's class are written. */
    Writer of(Object value) {
        Class<?> type = value.getClass();
        Writer last = lastWriter;
        if (type == lastClass && last != null) {
            return last;
        }
        Writer writer = known.get(type);
        if (writer == null) {
            writer = find(value, type);
            known.put(type, writer);
        }
        lastClass = type;
        lastWriter = writer;
        return writer;
    }

    /** The code of the first value that is not null. One that cannot travel is found when it is written. */
    int commonCode(Iterable<?> values) {
        for (Object value : values) {
            if (value != null) {
                try {
                    return of(value).code();
                } catch (CannotTravelException e) {
                    return Builtins.PLAIN;
                }
            }
        }
        return Builtins.PLAIN;
    }

    /** The dictionary entry of an enum. */
    Enums.Sent enumEntry(Class<?> type) {
        Writer writer = known.get(type);
        if (writer == null) {
            if (!codec.rules().allows(type.getName())) {
                throw CannotTravelException.of(type);
            }
            writer = add(type, new Enums.Sent(nextCode(), type));
        }
        return (Enums.Sent) writer;
    }

    /** Whether the entry of that code stays even if the value is taken back. */
    boolean isKept(int code) {
        return code < FIRST + kept;
    }

    /** What an entry that is kept must do to forget what it has just learnt, should the value be taken back. */
    void learnt(Runnable forget) {
        Deque<Runnable> all = undo == null ? new ArrayDeque<>() : undo;
        all.push(forget);
        undo = all;
    }

    /** The value that was written stays. */
    void keep() {
        if (undo != null) {
            undo = null;
        }
        kept = dictionary.size();
    }

    /** Forgets all that came after the last value that stays. */
    void takeBack() {
        if (undo != null) {
            undo.forEach(Runnable::run);
            undo = null;
        }
        dictionary.subList(kept, dictionary.size()).clear();
        known.values().removeIf(writer -> writer.code() >= FIRST + kept);
        lastClass = null;
    }

    /** For {@link ReceivedTypes}: the sequence's common code, then the dictionary; nothing at all if the code is plain. */
    byte[] toByteArray(int commonCode) {
        CborOut out = new CborOut(WireRules.MOST_BYTES);
        write(commonCode, out);
        return out.toByteArray();
    }

    /** The same at the end of what is there. */
    void write(int commonCode, CborOut out) {
        int code = commonCode == UNSET ? Builtins.PLAIN : commonCode;
        boolean empty = dictionary.isEmpty() && code == Builtins.PLAIN;
        out.array(empty ? 0 : dictionary.size() + 1);
        if (!empty) {
            out.number(code);
            for (Entry entry : dictionary) {
                entry.describe(out);
            }
        }
    }

    private Writer find(Object value, Class<?> type) {
        Writer builtin = Builtins.writer(type);
        if (builtin != null) {
            return builtin;
        }
        for (Extension<?> extension : codec.extensions()) {
            if (extension.handles(type)) {
                codec.uses(type);
                Writer writer = known.get(extension);
                return writer != null ? writer : add(extension, new ExtensionEntry<>(nextCode(), extension));
            }
        }
        if (value instanceof Enum<?> constant) {
            return enumEntry(constant.getDeclaringClass());
        }
        if (type.isArray() && codec.rules().allows(ArrayTypes.elementType(type).getName())) {
            return add(type, new ArrayTypes.Sent(nextCode(), type));
        }
        if (type.isRecord() && !type.isHidden() && codec.rules().allows(type.getName())) {
            return add(type, new Records.Sent(nextCode(), Records.Shape.of(type)));
        }
        throw CannotTravelException.of(type);
    }

    private int nextCode() {
        return FIRST + dictionary.size();
    }

    private <E extends Entry> E add(Object key, E entry) {
        dictionary.add(entry);
        known.put(key, entry);
        if (key instanceof Class<?> type) {
            codec.uses(type);
        }
        return entry;
    }

    /** An extension in the sender's dictionary. */
    private record ExtensionEntry<T>(int code, Extension<T> extension) implements Entry {
        @Override
        public boolean isMutable() {
            return true;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void write(Object value, ValueWriter out) throws IOException {
            List<?> parts = extension.parts((T) value);
            out.begin(parts.size());
            int index = 0;
            try {
                for (Object part : parts) {
                    out.value(part, Builtins.PLAIN);
                    index++;
                }
            } catch (CannotTravelException e) {
                throw e.within("part " + index + " of " + value.getClass().getName());
            }
            out.end();
        }

        @Override
        public void describe(CborOut out) {
            out.array(2);
            out.text("x");
            out.text(extension.name());
        }
    }
}
