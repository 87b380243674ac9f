package io.github.clusterpool.trust;

import java.util.Locale;

/** Why somebody or something was not accepted: few and fixed, so that strangers cannot make the log grow by variety. */
public enum Refusal {
    /** Bytes that are not what they should be. */
    MALFORMED,
    /** A ticket or credentials that were cut or mistyped on the way. */
    DAMAGED,
    /** A ticket that this authority has not issued. */
    UNKNOWN_TICKET,
    /** A ticket whose time is over. */
    EXPIRED_TICKET,
    /** A ticket that somebody has joined with already. */
    USED_TICKET,
    /** A ticket for another role. */
    OTHER_ROLE,
    /** A request whose sender does not prove that the key is its own. */
    UNPROVEN_KEY,
    /** A certificate that another authority has signed. */
    OTHER_CLUSTER,
    /** A certificate whose time is over, or has not come. */
    EXPIRED,
    /** No certificate. */
    NO_CERTIFICATE,
    /** A certificate that does not say what a member's must. */
    BAD_CERTIFICATE,
    /** Something that does not speak TLS 1.3. */
    NOT_TLS,
    /** The other side refused ours. */
    REFUSED_BY_PEER,
    /** The connection ended before it was clear who it was. */
    GONE,
    /** It took too long to say who it is. */
    TOO_SLOW,
    /** More came at the same time than are let in. */
    CROWDED_OUT,
    /** A file that others than its owner may read or change. */
    OPEN_TO_OTHERS,
    /** A member has said what is not for its role to say. */
    NOT_ALLOWED,
    /** The authority could not do its part. */
    FAILED;

    /** As it is spelt in logs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
