package io.github.clusterpool.trust;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;

/**
 * What a joiner sends: the ticket's secret, the role it wants, its public key, and a signature over these which shows that
 * it has the private key. PKCS#10 says the same in a grammar that takes a parser; here all but the signature has one length.
 */
final class JoinRequest {
    static final int MAX_BYTES;

    private static final byte[] MAGIC = "CPJ1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "clusterpool join request 1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_SIGNATURE_BYTES = 72;

    static {
        MAX_BYTES = MAGIC.length + 1 + Ticket.SECRET_BYTES + Keys.PUBLIC_BYTES + 1 + MAX_SIGNATURE_BYTES;
    }

    private final Role role;
    private final byte[] secret;
    private final byte[] key;
    private final byte[] signature;

    private JoinRequest(Role role, byte[] secret, byte[] key, byte[] signature) {
        this.role = role;
        this.secret = secret;
        this.key = key;
        this.signature = signature;
    }

    static byte[] write(Ticket ticket, Role role, KeyPair keys) {
        byte[] key = keys.getPublic().getEncoded();
        byte[] wanted = {role.code()};
        byte[] signature = Keys.sign(keys.getPrivate(), CONTEXT, wanted, ticket.secret(), key);
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        out.put(MAGIC)
                .put(wanted)
                .put(ticket.secret())
                .put(key)
                .put((byte) signature.length)
                .put(signature);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Only its form: what the bytes of key and signature mean is not looked at. */
    static JoinRequest read(DataInputStream in) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        in.readFully(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new TrustException(Refusal.MALFORMED, "request to join must begin with CPJ1");
        }
        Role role = Role.at(in.readByte());
        byte[] secret = new byte[Ticket.SECRET_BYTES];
        in.readFully(secret);
        byte[] key = new byte[Keys.PUBLIC_BYTES];
        in.readFully(key);
        int length = in.readUnsignedByte();
        if (length > MAX_SIGNATURE_BYTES) {
            throw new TrustException(
                    Refusal.MALFORMED, "signature must be at most " + MAX_SIGNATURE_BYTES + " bytes, got " + length);
        }
        byte[] signature = new byte[length];
        in.readFully(signature);
        return new JoinRequest(role, secret, key, signature);
    }

    Role role() {
        return role;
    }

    byte[] secret() {
        return secret;
    }

    /** The key, if the request shows that the joiner has the private one. */
    PublicKey provenKey() throws TrustException {
        PublicKey read = Keys.readPublic(key);
        if (!Keys.verify(read, signature, CONTEXT, new byte[] {role.code()}, secret, key)) {
            throw new TrustException(
                    Refusal.UNPROVEN_KEY, "request to join must be signed with the key that it brings");
        }
        return read;
    }

    @Override
    public String toString() {
        return "JoinRequest[role=" + role.word() + "]";
    }
}
