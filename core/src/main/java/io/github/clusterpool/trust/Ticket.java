package io.github.clusterpool.trust;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Lets one member join, once, until it expires: says where the authority is, how to know it, and holds a secret. Immutable;
 * {@code toString} does not show the secret, {@link #text} does.
 */
public final class Ticket {
    static final int SECRET_BYTES = 32;
    static final int PIN_BYTES = 32;

    private static final String PREFIX = "cpt1_";
    private static final int MAX_BYTES = 512;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:%_-]{1,253}");

    private final String host;
    private final int port;
    private final Peer peer;
    private final Instant expires;
    private final byte[] pin;
    private final byte[] secret;

    Ticket(String host, int port, Peer peer, Instant expires, byte[] pin, byte[] secret) {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("host must be a name or an address, got '" + Shown.text(host) + "'");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port must be 1 to 65535, got " + port);
        }
        this.host = host;
        this.port = port;
        this.peer = peer;
        this.expires = expires;
        this.pin = pin.clone();
        this.secret = secret.clone();
    }

    /** Where to join. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** As whom its bearer joins. */
    public Peer peer() {
        return peer;
    }

    /** To the second. */
    public Instant expires() {
        return expires;
    }

    /** SHA-256 of the authority's public key, in hexadecimal. */
    public String pin() {
        return HexFormat.of().formatHex(pin);
    }

    byte[] pinBytes() {
        return pin.clone();
    }

    byte[] secret() {
        return secret.clone();
    }

    /** The ticket as one word, with its secret: for whoever is to join, over a way that others cannot read. */
    public String text() {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES)
                .putLong(expires.getEpochSecond())
                .put(peer.role().code())
                .putShort((short) port);
        for (String part : new String[] {host, peer.cluster(), peer.name()}) {
            out.put((byte) part.length()).put(part.getBytes(StandardCharsets.US_ASCII));
        }
        out.put(pin).put(secret).flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        return CheckedText.write(PREFIX, bytes);
    }

    /**
     * Reads a ticket as it was pasted.
     *
     * @throws TrustException if the text is not one of {@link #text}: {@link Refusal#DAMAGED} if only a part of it is here
     */
    public static Ticket parse(String text) throws TrustException {
        ByteBuffer in = ByteBuffer.wrap(CheckedText.read("ticket", PREFIX, text, MAX_BYTES));
        try {
            Instant expires = Instant.ofEpochSecond(in.getLong());
            Role role = Role.at(in.get());
            int port = Short.toUnsignedInt(in.getShort());
            String host = string(in);
            Peer peer = new Peer(string(in), role, string(in));
            byte[] pin = new byte[PIN_BYTES];
            byte[] secret = new byte[SECRET_BYTES];
            in.get(pin).get(secret);
            if (in.hasRemaining()) {
                throw new TrustException(
                        Refusal.MALFORMED, "ticket must end with its secret, got " + in.remaining() + " more bytes");
            }
            return new Ticket(host, port, peer, expires, pin, secret);
        } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
            throw new TrustException(
                    Refusal.MALFORMED, "ticket must be one that an authority has made, got another text", e);
        }
    }

    private static String string(ByteBuffer in) {
        byte[] bytes = new byte[Byte.toUnsignedInt(in.get())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "Ticket[" + peer + " at " + host + ":" + port + ", expires=" + expires + ", pin=" + pin() + "]";
    }
}
