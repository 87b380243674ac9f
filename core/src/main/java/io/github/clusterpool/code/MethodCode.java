package io.github.clusterpool.code;

import io.github.clusterpool.code.ConstantPool.Member;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which fields and methods each method of a class file uses. */
final class MethodCode {
    private static final int IINC = 0x84;
    private static final int TABLESWITCH = 0xaa;
    private static final int LOOKUPSWITCH = 0xab;
    private static final int GETSTATIC = 0xb2;
    private static final int INVOKEINTERFACE = 0xb9;
    private static final int INVOKEDYNAMIC = 0xba;
    private static final int WIDE = 0xc4;

    /** How many bytes follow each opcode up to 0xc9; 0 for the three that vary: the switches and wide. */
    private static final String OPERANDS = "0".repeat(16) + "12122" // constants
            + "11111" + "0".repeat(28) // loads
            + "11111" + "0".repeat(73) // stores, arithmetic
            + "2" + "0".repeat(20) // iinc, conversions, comparisons
            + "2".repeat(16) + "1" + "0".repeat(8) // branches, ret, switches, returns
            + "2222222" + "44" + "212" + "00" + "22" + "00" // members, objects, monitors
            + "0" + "3" + "22" + "44"; // wide, multianewarray, ifnull, ifnonnull, goto_w, jsr_w

    private final ConstantPool pool;
    private final Map<Member, byte[]> methods = new HashMap<>();
    private final List<int[]> bootstraps = new ArrayList<>();

    private MethodCode(ConstantPool pool) {
        this.pool = pool;
    }

    /** @throws IOException also if it is no class file */
    static MethodCode read(InputStream file) throws IOException {
        var in = new DataInputStream(file);
        var code = new MethodCode(ConstantPool.read(in));
        in.readUnsignedShort(); // its access
        String owner = code.pool.className(in.readUnsignedShort());
        in.readUnsignedShort(); // its superclass
        in.skipNBytes(2L * in.readUnsignedShort()); // its interfaces
        code.readMembers(owner, in);
        code.readMembers(owner, in);
        code.readBootstraps(in);
        return code;
    }

    private void readMembers(String owner, DataInputStream in) throws IOException {
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            in.readUnsignedShort(); // its access
            var member = new Member(owner, pool.text(in.readUnsignedShort()), pool.text(in.readUnsignedShort()));
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                String name = pool.text(in.readUnsignedShort());
                byte[] content = in.readNBytes(in.readInt());
                if (name.equals("Code")) {
                    methods.put(member, content);
                }
            }
        }
    }

    private void readBootstraps(DataInputStream in) throws IOException {
        for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
            String name = pool.text(in.readUnsignedShort());
            byte[] content = in.readNBytes(in.readInt());
            var buffer = ByteBuffer.wrap(content);
            for (int left = name.equals("BootstrapMethods") ? buffer.getShort() : 0; left > 0; left--) {
                buffer.getShort(); // the method that makes the call site
                int[] arguments = new int[buffer.getShort()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = buffer.getShort() & 0xffff;
                }
                bootstraps.add(arguments);
            }
        }
    }

    Set<Member> methods() {
        return methods.keySet();
    }

    /** What that method uses; nothing if it has no code here. */
    List<Member> usedBy(Member method) {
        byte[] content = methods.get(method);
        List<Member> used = new ArrayList<>();
        if (content != null) {
            var code = ByteBuffer.wrap(content);
            code.getInt(); // stack and locals
            int length = code.getInt();
            collect(code.slice().limit(length), used);
        }
        return used;
    }

    private void collect(ByteBuffer code, List<Member> used) {
        while (code.hasRemaining()) {
            int at = code.position();
            int opcode = code.get() & 0xff;
            if (opcode >= GETSTATIC && opcode <= INVOKEINTERFACE) {
                used.add(pool.member(code.getShort(at + 1) & 0xffff));
            } else if (opcode == INVOKEDYNAMIC) {
                int bootstrap = pool.bootstrap(code.getShort(at + 1) & 0xffff);
                used.addAll(pool.handles(bootstraps.get(bootstrap)));
            }
            code.position(end(opcode, at, code));
        }
    }

    private static int end(int opcode, int at, ByteBuffer code) {
        int aligned = (at & ~3) + 4;
        return switch (opcode) {
            case TABLESWITCH -> aligned + 12 + 4 * (code.getInt(aligned + 8) - code.getInt(aligned + 4) + 1);
            case LOOKUPSWITCH -> aligned + 8 + 8 * code.getInt(aligned + 4);
            case WIDE -> at + ((code.get(at + 1) & 0xff) == IINC ? 6 : 4);
            default -> at + 1 + OPERANDS.charAt(opcode) - '0';
        };
    }
}
