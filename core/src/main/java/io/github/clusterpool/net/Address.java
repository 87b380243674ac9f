package io.github.clusterpool.net;

/** Where an endpoint listens; {@code host} is an IP address. */
public record Address(String host, int port) {
    /**
     * Reads what {@link #toString} gives.
     *
     * @throws IllegalArgumentException if that is no address
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("an address must be host:port, got '" + text + "'");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
