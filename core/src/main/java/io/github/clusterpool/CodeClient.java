package io.github.clusterpool;

import io.github.clusterpool.code.ClassSource;
import io.github.clusterpool.code.ShippedFile;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A node's way to ask its pool's {@link CodeServer}, on the thread that needs the answer.
 *
 * <p>A lost answer is asked for again. An interrupt is kept for later: a class that could not be loaded once can, by the
 * JVM's rules, not be used any more by those who asked for it. Who waits in vain is cut off, and so about to be replaced.
 */
final class CodeClient implements ClassSource {
    private static final long ASK_AGAIN_MILLIS = 2_000;

    private final ActorRef<CodeServer.Command> server;
    private final Map<Long, CompletableFuture<CodeServer.Answer>> open = new ConcurrentHashMap<>();
    private final AtomicLong lastQuestion = new AtomicLong();
    private final ActorRef<CodeServer.Answer> replies;

    CodeClient(ActorContext<?> context, ActorRef<CodeServer.Command> server) {
        this.server = server;
        this.replies = context.spawnAnonymous(listen());
    }

    private Behavior<CodeServer.Answer> listen() {
        return Behaviors.receiveMessage(answer -> {
            CompletableFuture<CodeServer.Answer> asked = open.get(answer.question());
            if (asked != null) {
                asked.complete(answer);
            }
            return Behaviors.same();
        });
    }

    @Override
    public List<ShippedFile> find(String path, String digest, long origin) {
        CodeServer.Answer answer = ask(question -> new CodeServer.Find(question, path, digest, origin, replies));
        return ((CodeServer.Found) answer).files();
    }

    @Override
    public byte[] fetch(List<ShippedFile> files) {
        List<String> digests = files.stream().map(ShippedFile::digest).toList();
        long size = files.stream().mapToLong(ShippedFile::size).sum();
        var all = new ByteArrayOutputStream();
        while (all.size() < size) {
            long from = all.size();
            CodeServer.Answer answer = ask(question -> new CodeServer.Fetch(question, digests, from, replies));
            CodeServer.Piece piece = (CodeServer.Piece) answer;
            if (piece.bytes().length == 0) {
                throw new IllegalStateException(Messages.notFetched(files.get(0).path(), piece.problem()));
            }
            all.writeBytes(piece.bytes());
        }
        return all.toByteArray();
    }

    private CodeServer.Answer ask(LongFunction<CodeServer.Command> question) {
        long number = lastQuestion.incrementAndGet();
        var answer = new CompletableFuture<CodeServer.Answer>();
        open.put(number, answer);
        boolean interrupted = false;
        try {
            while (true) {
                server.tell(question.apply(number));
                try {
                    return answer.get(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    // it or the question was lost
                }
            }
        } catch (ExecutionException e) {
            throw new AssertionError("an answer is never a failure", e);
        } finally {
            open.remove(number);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
