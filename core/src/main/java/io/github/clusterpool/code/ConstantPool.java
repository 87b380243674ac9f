package io.github.clusterpool.code;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a class file names: texts, classes, members, handles of members. */
final class ConstantPool {
    /** A field or method; {@code owner} as class files spell it. */
    record Member(String owner, String name, String descriptor) {
        boolean isField() {
            return !descriptor.startsWith("(");
        }
    }

    private static final int MAGIC = 0xCAFEBABE;
    private static final int CLASS = 7;
    private static final int HANDLE = 15;
    private static final int DYNAMIC = 18;

    private final int[] tags;
    private final int[] first;
    private final int[] second;
    private final @Nullable String[] texts;

    private ConstantPool(int count) {
        tags = new int[count];
        first = new int[count];
        second = new int[count];
        texts = new @Nullable String[count];
    }

    /** Reads the beginning of a class file. */
    static ConstantPool read(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("a class file must begin with CAFEBABE");
        }
        in.readInt(); // version
        var pool = new ConstantPool(in.readUnsignedShort());
        for (int i = 1; i < pool.tags.length; i++) {
            pool.readEntry(i, in);
            boolean isWide = pool.tags[i] == 5 || pool.tags[i] == 6; // long and double take two places
            i += isWide ? 1 : 0;
        }
        return pool;
    }

    private void readEntry(int i, DataInputStream in) throws IOException {
        tags[i] = in.readUnsignedByte();
        switch (tags[i]) {
            case 1 -> texts[i] = in.readUTF();
            case CLASS, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
            case HANDLE -> {
                in.readUnsignedByte(); // its kind
                first[i] = in.readUnsignedShort();
            }
            case 9, 10, 11, 12, 17, DYNAMIC -> {
                first[i] = in.readUnsignedShort();
                second[i] = in.readUnsignedShort();
            }
            case 3, 4 -> in.skipNBytes(4);
            case 5, 6 -> in.skipNBytes(8);
            default -> throw new IOException("a constant must be of a known kind, got " + tags[i]);
        }
    }

    /** All classes that are named, arrays by what they are made of. */
    List<String> classes() {
        return IntStream.range(1, tags.length)
                .filter(i -> tags[i] == CLASS)
                .mapToObj(i -> elementType(text(first[i])))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static String elementType(String name) {
        if (!name.startsWith("[")) {
            return name;
        }
        return name.endsWith(";") ? name.substring(name.indexOf('L') + 1, name.length() - 1) : "";
    }

    String text(int index) {
        return String.valueOf(texts[index]);
    }

    String className(int index) {
        return text(first[index]);
    }

    Member member(int index) {
        int type = second[index];
        return new Member(className(first[index]), text(first[type]), text(second[type]));
    }

    /** Which bootstrap makes that call site; -1 if it is none. */
    int bootstrap(int index) {
        return tags[index] == DYNAMIC ? first[index] : -1;
    }

    /** The members among these that are there as handles. */
    List<Member> handles(int[] indexes) {
        return Arrays.stream(indexes)
                .filter(i -> tags[i] == HANDLE)
                .mapToObj(i -> member(first[i]))
                .toList();
    }
}
