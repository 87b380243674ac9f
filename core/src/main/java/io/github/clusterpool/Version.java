package io.github.clusterpool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.pekko.cluster.Member;
import org.jspecify.annotations.Nullable;

/**
 * Which build of clusterpool this is, or another member, and which protocol it speaks to other members: builds of the same
 * protocol work together, whatever their versions.
 *
 * @param protocol 0 if that member is none of ours
 */
record Version(String build, int protocol) {
    private static final String ROLE = "clusterpool-protocol-";
    private static final String FILE = "protocol";

    static final Version OWN = new Version(ownBuild(), ownProtocol());

    private static String ownBuild() {
        @Nullable String packaged = Version.class.getPackage().getImplementationVersion();
        return packaged == null ? "0.0.0-unpackaged" : packaged;
    }

    /** In a file, which a test can replace. */
    private static int ownProtocol() {
        try (InputStream in = Version.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the file '" + FILE + "' must lie beside clusterpool's classes, got none");
            }
            return Integer.parseInt(new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How members tell each other. */
    String role() {
        return ROLE + protocol;
    }

    static Version of(Member member) {
        return new Version(member.appVersion().version(), protocol(member.getRoles()));
    }

    private static int protocol(Set<String> roles) {
        return roles.stream()
                .filter(role -> role.startsWith(ROLE))
                .mapToInt(role -> Integer.parseInt(role.substring(ROLE.length())))
                .findAny()
                .orElse(0);
    }

    boolean worksWith(Version other) {
        return protocol == 0 || other.protocol() == 0 || protocol == other.protocol();
    }

    @Override
    public String toString() {
        return "clusterpool " + build + " (protocol " + protocol + ")";
    }
}
