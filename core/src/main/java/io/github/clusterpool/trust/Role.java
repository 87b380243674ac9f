package io.github.clusterpool.trust;

import java.util.Locale;

/** What a member of a cluster may be; its certificate says which. */
public enum Role {
    /** Runs workers. */
    NODE(1),
    /** Gives jobs to pools. */
    CLIENT(2),
    /** Drains nodes, issues tickets and asks for the status. */
    ADMIN(3);

    private final byte code;

    Role(int code) {
        this.code = (byte) code;
    }

    /** As it is spelt in certificates, tickets and logs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Role of(String word) throws TrustException {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new TrustException(
                Refusal.MALFORMED, "role must be node, client or admin, got '" + Shown.text(word) + "'");
    }

    /** In tickets and requests. */
    byte code() {
        return code;
    }

    static Role at(byte code) throws TrustException {
        for (Role role : values()) {
            if (role.code == code) {
                return role;
            }
        }
        throw new TrustException(Refusal.MALFORMED, "role's code must be 1, 2 or 3, got " + code);
    }
}
