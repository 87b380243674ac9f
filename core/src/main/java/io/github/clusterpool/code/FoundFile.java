package io.github.clusterpool.code;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a class loader of the driver has at some path. */
record FoundFile(byte[] bytes, String digest, @Nullable URL url) {
    /** The one that the loader gives first, then those of the same path beside it, as in several jars; of a class just one. */
    static List<FoundFile> in(ClassLoader where, String path) throws IOException {
        List<FoundFile> found = new ArrayList<>();
        try (var in = where.getResourceAsStream(path)) {
            if (in != null) {
                byte[] bytes = in.readAllBytes();
                found.add(new FoundFile(bytes, Sha256.hex(bytes), where.getResource(path)));
            }
        }
        if (!OwnCode.isClass(path)) {
            for (URL url : Collections.list(where.getResources(path))) {
                addNew(url, found);
            }
        }
        return found;
    }

    private static void addNew(URL url, List<FoundFile> found) throws IOException {
        byte[] bytes = read(url);
        String digest = Sha256.hex(bytes);
        if (found.stream().noneMatch(file -> file.digest().equals(digest))) {
            found.add(new FoundFile(bytes, digest, url));
        }
    }

    /** What is there now, and no jar is kept open for it. */
    static byte[] read(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (var in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }
}
