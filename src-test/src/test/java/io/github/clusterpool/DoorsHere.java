package io.github.clusterpool;

import io.github.clusterpool.code.ClassOrigins;
import io.github.clusterpool.state.Death;
import io.github.clusterpool.state.WorkerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Nodes with real doors in this JVM, and a network before each that sees all that goes there, and may lose it. */
final class DoorsHere implements WorkerJvms {
    private static final Duration AGAIN = Duration.ofMillis(50);
    private static final Duration ANSWER = Duration.ofMillis(500);
    private static final AtomicInteger STAND_INS = new AtomicInteger();

    private final ActorSystem<?> system;
    private final PoolConfig config;
    private final ClassOrigins origins = new ClassOrigins(DoorsHere.class.getClassLoader(), List.of());
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Integer, ActorRef<Object>> owners = new ConcurrentHashMap<>();

    DoorsHere(ActorSystem<?> system, PoolConfig config, int count, int slots) {
        this.system = system;
        this.config = config;
        for (int i = 1; i <= count; i++) {
            nodes.add(new Node("node-" + i, slots));
        }
    }

    List<Node> nodes() {
        return nodes;
    }

    private record Held(Object message, Runnable delivery) {}

    /** One of them, and its network. */
    final class Node {
        private final ActorRef<NodeDoor.Command> door;
        private final Map<ActorRef<?>, ActorRef<?>> standIns = new ConcurrentHashMap<>();
        private final List<Object> sent = new CopyOnWriteArrayList<>();
        private final List<CodeServer.Find> questions = new CopyOnWriteArrayList<>();
        private volatile Predicate<Object> loses = message -> false;
        private volatile Predicate<Object> holds = message -> false;
        private final List<Held> held = new ArrayList<>();

        Node(String name, int slots) {
            NodeDoor.Self self = new NodeDoor.Self(name, slots, List.of());
            door = toNode(spawn(NodeDoor.create(self, Duration.ofSeconds(10), left -> {})));
        }

        /** What has come there of that kind, by itself or as a numbered message. */
        <T> List<T> sent(Class<T> kind) {
            return sent.stream()
                    .map(each -> each instanceof NodeHost.FromPool numbered ? numbered.message() : each)
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .toList();
        }

        /** What its workers have asked for that it lacks. */
        List<String> questions() {
            return questions.stream().map(CodeServer.Find::path).toList();
        }

        void forget() {
            sent.clear();
            questions.clear();
        }

        /** From now on it gets none of these, nor does the pool get any from it. */
        void lose(Predicate<Object> which) {
            loses = which;
        }

        /** From now on these wait. */
        void hold(Predicate<Object> which) {
            holds = which;
        }

        /** How many of that kind wait. */
        long held(Class<?> kind) {
            synchronized (held) {
                return held.stream()
                        .filter(each -> kind.isInstance(each.message()))
                        .count();
            }
        }

        /** What waited arrives, in its order, and nothing waits any more. */
        void letGo() {
            synchronized (held) {
                holds = message -> false;
                held.forEach(each -> each.delivery().run());
                held.clear();
            }
        }

        private <T> ActorRef<T> toNode(ActorRef<T> target) {
            return standIn(target, message -> {
                sent.add(message);
                return message;
            });
        }

        private <T> ActorRef<T> toPool(ActorRef<T> target) {
            return standIn(target, message -> message);
        }

        @SuppressWarnings("unchecked") // it takes what the target takes
        private <T> ActorRef<T> standIn(ActorRef<T> target, UnaryOperator<Object> note) {
            return (ActorRef<T>) standIns.computeIfAbsent(
                    target,
                    each -> spawn(Behaviors.receiveMessage(message -> {
                        Runnable delivery = () -> target.unsafeUpcast().tell(changed(note.apply(message)));
                        synchronized (held) {
                            if (holds.test(message)) {
                                held.add(new Held(message, delivery));
                            } else if (!loses.test(message)) {
                                delivery.run();
                            }
                        }
                        return Behaviors.same();
                    })));
        }

        /** With stand-ins for whom it names. */
        private Object changed(Object message) {
            if (message instanceof NodeDoor.Host host) {
                return new NodeDoor.Host(
                        host.pool(),
                        host.way(),
                        host.ref(),
                        host.token(),
                        host.config(),
                        toPool(host.supervisor()),
                        host.replyTo());
            } else if (message instanceof NodeDoor.Release release) {
                return new NodeDoor.Release(release.ref(), release.way(), toPool(release.supervisor()));
            } else if (message instanceof PoolSupervisor.NodeUp up) {
                return new PoolSupervisor.NodeUp(
                        up.ref(), up.token(), up.way(), toNode(up.host()), toNode(up.blobs()), toNode(up.replyTo()));
            } else if (message instanceof PoolSupervisor.NodeBeat beat) {
                return new PoolSupervisor.NodeBeat(
                        beat.way(), beat.sentNanos(), beat.received(), beat.sent(), toNode(beat.greeter()));
            } else if (message instanceof Greeter.Welcome welcome) {
                return new Greeter.Welcome(welcome.ref(), toPool(welcome.blobs()));
            } else if (message instanceof NodeHost.FromPool numbered
                    && numbered.message() instanceof NodeHost.StartWorker start) {
                return new NodeHost.FromPool(numbered.number(), withQuestions(start));
            } else if (message instanceof CodeServer.Find find) {
                questions.add(find);
            }
            return message;
        }

        private NodeHost.StartWorker withQuestions(NodeHost.StartWorker start) {
            return new NodeHost.StartWorker(
                    start.pool(), start.ref(), start.supervisor(), start.log(), start.logLevel(), toPool(start.code()));
        }
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior) {
        return system.systemActorOf(behavior, "here-" + STAND_INS.incrementAndGet(), Props.empty());
    }

    /** The node of that worker: they have them in turn. */
    Node node(int worker) {
        return nodes.get((worker - 1) % nodes.size());
    }

    /** The owner of that worker asks for a place there, as it does where it has had no answer in time. */
    void lookElsewhere(int worker, Node other) {
        owners.get(worker).tell(other);
    }

    @Override
    public Behavior<WorkerJvm.Command> start(WorkerRef ref, ActorRef<PoolSupervisor.Command> supervisor) {
        return Behaviors.<Object>setup(context ->
                        Behaviors.withTimers(timers -> new Owner(context, timers, ref, supervisor).behavior()))
                .narrow();
    }

    /** Gets a worker a place at its door, as {@link JoinedWorker} does. */
    private final class Owner {
        private final ActorContext<Object> context;
        private final TimerScheduler<Object> timers;
        private final WorkerRef ref;
        private final ActorRef<PoolSupervisor.Command> supervisor;
        private final ActorRef<JoinedWorker.Command> self;
        private ActorRef<NodeDoor.Command> door;
        private long way;

        Owner(
                ActorContext<Object> context,
                TimerScheduler<Object> timers,
                WorkerRef ref,
                ActorRef<PoolSupervisor.Command> supervisor) {
            this.context = context;
            this.timers = timers;
            this.ref = ref;
            this.supervisor = supervisor;
            this.self = context.getSelf().unsafeUpcast();
            this.door = node(ref.worker()).door;
        }

        Behavior<Object> behavior() {
            owners.put(ref.worker(), context.getSelf());
            supervisor.tell(ask(false));
            return Behaviors.receive(Object.class)
                    .onMessage(JoinedWorker.Led.class, this::onLed)
                    .onMessage(NodeDoor.Release.class, this::onNoAnswer)
                    .onMessage(JoinedWorker.Answered.class, this::onAnswered)
                    .onMessage(Node.class, this::onElsewhere)
                    .onMessage(WorkerJvm.Reported.class, reported -> settled())
                    .onMessage(WorkerJvm.Stop.class, stop -> {
                        door.tell(new NodeDoor.Release(ref, way, supervisor));
                        supervisor.tell(new PoolSupervisor.WorkerGone(ref, new Death("ended")));
                        return Behaviors.stopped();
                    })
                    .onAnyMessage(other -> Behaviors.same())
                    .build();
        }

        private PoolSupervisor.WayAsked ask(boolean unanswered) {
            return new PoolSupervisor.WayAsked(ref, door, unanswered, self);
        }

        private Behavior<Object> onLed(JoinedWorker.Led led) {
            way = led.way();
            door.tell(new NodeDoor.Host("here", way, ref, "", WorkerSetup.text(config), supervisor, self));
            timers.startSingleTimer("answer", new NodeDoor.Release(ref, way, supervisor), ANSWER);
            return Behaviors.same();
        }

        private Behavior<Object> onNoAnswer(NodeDoor.Release release) {
            door.tell(release);
            supervisor.tell(ask(true));
            return Behaviors.same();
        }

        private Behavior<Object> onElsewhere(Node other) {
            door = other.door;
            supervisor.tell(ask(true));
            return Behaviors.same();
        }

        private Behavior<Object> onAnswered(JoinedWorker.Answered answer) {
            if (answer.way() == way) {
                settled();
                if (!answer.taken()) {
                    context.scheduleOnce(AGAIN, supervisor, ask(false));
                }
            }
            return Behaviors.same();
        }

        private Behavior<Object> settled() {
            timers.cancel("answer");
            return Behaviors.same();
        }
    }

    @Override
    public boolean isToken(WorkerRef ref, String token) {
        return true;
    }

    @Override
    public ClassOrigins origins() {
        return origins;
    }

    @Override
    public boolean areOwnJvms() {
        return false;
    }
}
