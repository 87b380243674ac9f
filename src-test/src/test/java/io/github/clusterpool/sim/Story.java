package io.github.clusterpool.sim;

import java.util.regex.Pattern;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.dispatch.AbstractNodeQueue;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.Mailbox;

/** What has happened in a world: always as a hash, for those who replay it also as text on standard output. */
public final class Story {
    /** What objects, actors and lambdas are called differs from run to run, and so does the process. */
    private static final Pattern OF_THIS_RUN =
            Pattern.compile("[#@]-?[0-9a-f]+|(?<=pid[ =])[0-9]+|(?<=Lambda)[$/0-9a-fx]+");

    private final boolean told;
    private long hash = 1;
    private long steps;

    Story(boolean told) {
        this.told = told;
    }

    public long hash() {
        return hash;
    }

    public long steps() {
        return steps;
    }

    public boolean isTold() {
        return told;
    }

    void add(long now, String line) {
        mix(now);
        mix(OF_THIS_RUN.matcher(line).replaceAll("").hashCode());
        if (told) {
            print(now, line);
        }
    }

    void happens(long now, Runnable next) {
        steps++;
        mix(now);
        if (next instanceof Fiber fiber) {
            mix(fiber.name().hashCode());
            if (told) {
                print(now, fiber.name() + " goes on");
            }
        } else if (next instanceof Mailbox mailbox && mailbox.actor() != null) {
            happens(now, mailbox);
        }
    }

    private void happens(long now, Mailbox mailbox) {
        Object message = mailbox.messageQueue() instanceof AbstractNodeQueue<?> queue
                        && queue.peek() instanceof Envelope envelope
                ? envelope.message()
                : "(system message)";
        ActorPath path = mailbox.actor().self().path();
        mix(path.toStringWithoutAddress().hashCode());
        mix(message.getClass().getName().hashCode());
        if (told) {
            print(now, path.toStringWithoutAddress() + " <- " + message);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 29;
    }

    @SuppressWarnings("SystemOut") // the story is what was asked for
    private static void print(long now, String line) {
        System.out.printf("%,14d us  %s%n", now / 1_000, line.replaceAll("\\[[BJ]@[0-9a-f]+", "[..]"));
    }

    /** The first name in an actor's path below its guardian. */
    static String place(Mailbox mailbox) {
        if (mailbox.actor() == null) {
            return "";
        }
        var elements = mailbox.actor().self().path().elements().iterator();
        elements.next();
        return elements.hasNext() ? elements.next() : "";
    }
}
