package io.github.clusterpool.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the samples to a file, or reads one that another JVM wrote and tells what is not as it is here. */
final class ValueExchange {
    private static final ValueCodec CODEC = new ValueCodec(WireRules.defaults(), List.of());

    private ValueExchange() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        if (args[0].equals("write")) {
            write(file);
            System.out.println("written");
        } else {
            System.out.println(read(file));
        }
    }

    static int count() {
        return samples().size();
    }

    static void write(Path file) throws IOException {
        Files.write(file, CODEC.encode(samples()));
    }

    static String read(Path file) throws IOException {
        List<?> there = (List<?>) CODEC.decode(Files.readAllBytes(file));
        List<Object> here = samples();
        for (int i = 0; i < here.size(); i++) {
            Object mine = here.get(i);
            Object other = there.get(i);
            if (!other.equals(mine) || other.getClass() != mine.getClass()) {
                return "sample " + i + " is " + mine + " (" + mine.getClass() + ") here, but came as " + other + " ("
                        + other.getClass() + ")";
            }
        }
        return "equal: " + there.size();
    }

    private static List<Object> samples() {
        return new ArrayList<>(ValueSamples.all().toList());
    }
}
