package io.github.clusterpool.code;

import java.util.List;

/** What a node asks the driver about classes; its methods wait for the answer and do not give up. */
public interface ClassSource {
    /**
     * Looks for a class or resource on the driver.
     *
     * @param path as class loaders look it up
     * @param digest of the build that is wanted, or empty for any
     * @param origin where to look first: a {@link ShippedFile#origin}, or 0
     * @return that class first, then what it names and so will be needed too; of a resource all of that path, as in several
     *     jars, the one that counts first; nothing if the driver lacks it
     */
    List<ShippedFile> find(String path, String digest, long origin);

    /** What to find for the jars that every node shall have. */
    String JARS = "clusterpool:jars";

    /** Returns the bytes of those files, one after another. */
    byte[] fetch(List<ShippedFile> files);
}
