package io.github.clusterpool;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.Supervision;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/** The results of a stream as a stage of Pekko Streams: pulls from its source while the window has room. */
final class StreamStage<T, R, O> extends GraphStage<FlowShape<T, O>> {
    /** What comes out of a result; where it fails, the stage does, or what supervises it drops the result. */
    @FunctionalInterface
    interface Form<R, O> {
        O of(Result<R> result) throws Exception;
    }

    private final StreamedFunction<T, R> function;
    private final StreamOrder order;
    private final Form<R, O> form;
    private final Inlet<T> in = Inlet.create("clusterpool.in");
    private final Outlet<O> out = Outlet.create("clusterpool.out");
    private final FlowShape<T, O> shape = FlowShape.of(in, out);

    StreamStage(StreamedFunction<T, R> function, StreamOrder order, Form<R, O> form) {
        this.function = function;
        this.order = order;
        this.form = form;
    }

    @Override
    public FlowShape<T, O> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic(attributes);
    }

    private final class Logic extends TimerGraphStageLogic implements InHandler, OutHandler {
        private final AsyncCallback<NotUsed> news = createAsyncCallback(ignored -> onNews());
        private final StreamWindow<T, R> window = function.window(order, true, this::tell);
        private final Function<Throwable, Supervision.Directive> decider;
        private final AsyncCallback<Integer> look = createAsyncCallback(this::onLook);
        private boolean looking;
        private int seen; // elements that the source had given then

        Logic(Attributes attributes) {
            super(shape);
            decider = attributes
                    .getAttribute(ActorAttributes.SupervisionStrategy.class)
                    .<Function<Throwable, Supervision.Directive>>map(strategy -> strategy.decider()::apply)
                    .orElse(Supervision.getStoppingDecider());
            setHandlers(in, out, this);
        }

        private void tell() {
            news.invoke(NotUsed.getInstance());
        }

        @Override
        public void preStart() {
            window.begin();
            wakeAfter("timeout", window.nanosToTimeout());
            step();
        }

        @Override
        public void onPush() {
            if (window.add(grab(in)) && (looking || window.isPatient())) {
                pull(in); // the whole part has room
            } else {
                step();
            }
        }

        @Override
        public void onUpstreamFinish() {
            window.end();
            step();
        }

        @Override
        public void onUpstreamFailure(Throwable why) {
            window.fail(why);
            step();
        }

        @Override
        public void onPull() {
            if (!window.hasCurrent() || !gave() || !window.hasCurrent()) {
                step();
            }
        }

        /** Nothing but the next result of those that are there. */
        private boolean gave() {
            try {
                return given(Objects.requireNonNull(window.next()));
            } catch (Throwable e) {
                failStage(e);
                return true;
            }
        }

        @Override
        public void onTimer(Object key) {
            onNews();
        }

        /** There are results, or idle workers, which shall not wait for a source that is slow to fill a part. */
        private void onNews() {
            if (!looking) {
                flush();
            }
            window.act();
            step();
        }

        /** The source had a turn to give what it has without waiting; {@code read} is how much it had given before. */
        private void onLook(int read) {
            seen = window.read();
            looking = seen != read && !window.isLate();
            if (looking) {
                look.invoke(seen);
            } else {
                onNews();
            }
        }

        private void flush() {
            if (window.hasIdleWorker() && !window.isPatient()) {
                window.flush();
            }
        }

        @Override
        public void postStop() {
            window.close();
        }

        private void step() {
            try {
                give();
                if (!window.isOver()) {
                    take();
                    wakeAfter("retry", window.nanosToRetry());
                }
            } catch (Throwable e) {
                failStage(e);
            }
        }

        private void give() throws Exception {
            Result<R> result;
            do {
                result = isReady() ? window.next() : null;
            } while (result != null && !given(result));
            if (window.isOver()) {
                completeStage();
            }
        }

        private boolean isReady() {
            return isAvailable(out) ? window.hasCurrent() || window.isReady() : window.isBroken();
        }

        /** False if it is dropped. */
        private boolean given(Result<R> result) throws Exception {
            O formed;
            try {
                formed = form.of(result);
            } catch (Exception e) {
                if (decider.apply(e) == Supervision.stop()) {
                    throw e;
                }
                return false;
            }
            push(out, formed);
            return true;
        }

        private void take() {
            if (!isClosed(in) && !hasBeenPulled(in) && window.hasRoom()) {
                pull(in);
            }
            if (window.isOpen() && !looking && window.read() != seen && !window.isPatient()) {
                looking = true;
                look.invoke(window.read());
            }
        }

        private void wakeAfter(String why, long nanos) {
            if (nanos < Long.MAX_VALUE && !isTimerActive(why)) {
                scheduleOnce(why, Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), nanos)));
            }
        }
    }
}
