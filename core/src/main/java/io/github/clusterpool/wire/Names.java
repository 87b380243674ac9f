package io.github.clusterpool.wire;

import io.github.clusterpool.wire.CborIn.Item;
import java.io.File;
import java.io.IOException;
import java.math.MathContext;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Currency;
import java.util.Locale;
import java.util.regex.Pattern;

/** Types that are a checked string: addresses, paths, locales, patterns. */
final class Names {
    private static final int NO_SCOPE = -1;

    private Names() {}

    static void register(Builtins.Table table) {
        table.add(56, URI.class, (v, out) -> out.text(v.toString()), in -> URI.create(in.asText()));
        table.add(57, URL.class, (v, out) -> out.text(v.toString()), in -> new URL(in.asText()));
        table.add(58, File.class, (v, out) -> out.text(v.getPath()), in -> new File(in.asText()));
        table.addLike(59, Names::writePath, in -> Path.of(in.asText()), Path.of(""));
        table.add(
                60, Currency.class, (v, out) -> out.text(v.getCurrencyCode()), in -> Currency.getInstance(in.asText()));
        table.add(61, Locale.class, Names::writeLocale, Names::readLocale);
        table.add(62, Pattern.class, Names::writePattern, Names::readPattern);
        table.add(63, Inet4Address.class, (v, out) -> writeAddress(v, NO_SCOPE, out), Names::readAddress);
        table.write(63, (Inet6Address v, ValueWriter out) -> writeAddress(v, v.getScopeId(), out), Inet6Address.class);
        table.add(64, InetSocketAddress.class, Names::writeSocketAddress, Names::readSocketAddress);
        table.add(65, MathContext.class, (v, out) -> out.text(v.toString()), in -> new MathContext(in.asText()));
        table.add(
                66,
                Runtime.Version.class,
                (v, out) -> out.text(v.toString()),
                in -> Runtime.Version.parse(in.asText()));
        table.add(67, StackTraceElement.class, Names::writeFrame, Names::readFrame);
        table.addFamily(88, Charset.class, (v, out) -> out.text(v.name()), in -> Charset.forName(in.asText()));
    }

    private static void writePath(Path path, ValueWriter out) throws IOException {
        String text = path.toString();
        if (!Path.of(text).equals(path)) {
            throw new CannotTravelException(
                    path.getClass().getName(), "the path " + text + " cannot travel, as it is no text; send its bytes");
        }
        out.text(text);
    }

    /** Old locales have no language tag that gives them back. */
    private static void writeLocale(Locale locale, ValueWriter out) throws IOException {
        if (Locale.forLanguageTag(locale.toLanguageTag()).equals(locale)) {
            out.text(locale.toLanguageTag());
            return;
        }
        Locale parts = new Locale(locale.getLanguage(), locale.getCountry(), locale.getVariant());
        if (!parts.equals(locale)) {
            throw new CannotTravelException(
                    "java.util.Locale", "the locale " + locale + " has no language tag; send one that has");
        }
        out.begin(3);
        out.text(locale.getLanguage());
        out.text(locale.getCountry());
        out.text(locale.getVariant());
        out.end();
    }

    private static Locale readLocale(ValueReader in) throws IOException {
        if (in.item() == Item.TEXT) {
            return Locale.forLanguageTag(in.asText());
        }
        in.open();
        return in.closing(new Locale(in.nextText(), in.nextText(), in.nextText()));
    }

    private static void writePattern(Pattern pattern, ValueWriter out) throws IOException {
        out.begin(2);
        out.text(pattern.pattern());
        out.number(pattern.flags());
        out.end();
    }

    private static Pattern readPattern(ValueReader in) throws IOException {
        in.open();
        return in.closing(Pattern.compile(in.nextText(), in.nextInt()));
    }

    /** With the host name if it is known already; asking for it would look it up. */
    private static void writeAddress(InetAddress address, int scope, ValueWriter out) throws IOException {
        out.begin(3);
        String text = address.toString();
        out.text(text.substring(0, text.lastIndexOf('/')));
        out.bytes(address.getAddress());
        out.number(scope);
        out.end();
    }

    private static InetAddress readAddress(ValueReader in) throws IOException {
        in.open();
        String host = in.nextText();
        byte[] bytes = in.nextBytes();
        int scope = in.nextInt();
        String name = host.isEmpty() ? null : host;
        return in.closing(
                bytes.length == 4
                        ? InetAddress.getByAddress(name, bytes)
                        : Inet6Address.getByAddress(name, bytes, scope > 0 ? scope : NO_SCOPE));
    }

    private static void writeSocketAddress(InetSocketAddress address, ValueWriter out) throws IOException {
        out.begin(2);
        out.number(address.getPort());
        if (address.isUnresolved()) {
            out.text(address.getHostString());
        } else {
            out.value(address.getAddress(), Builtins.PLAIN);
        }
        out.end();
    }

    /** Never looks a name up. */
    private static InetSocketAddress readSocketAddress(ValueReader in) throws IOException {
        in.open();
        int port = in.nextInt();
        Object host = in.value(Builtins.PLAIN);
        return in.closing(
                host instanceof String name
                        ? InetSocketAddress.createUnresolved(name, port)
                        : new InetSocketAddress((InetAddress) host, port));
    }

    private static void writeFrame(StackTraceElement frame, ValueWriter out) throws IOException {
        Object[] parts = {
            frame.getClassLoaderName(),
            frame.getModuleName(),
            frame.getModuleVersion(),
            frame.getClassName(),
            frame.getMethodName(),
            frame.getFileName(),
            frame.getLineNumber()
        };
        out.begin(parts.length);
        for (Object part : parts) {
            out.value(part, Builtins.PLAIN);
        }
        out.end();
    }

    private static StackTraceElement readFrame(ValueReader in) throws IOException {
        Object[] parts = in.items();
        return new StackTraceElement(
                (String) parts[0],
                (String) parts[1],
                (String) parts[2],
                (String) parts[3],
                (String) parts[4],
                (String) parts[5],
                (Integer) parts[6]);
    }
}
