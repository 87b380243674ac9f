package io.github.clusterpool;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/** The results of a stream as a stage of Pekko Streams: pulls from its source while the window has room. */
final class StreamStage<T, R> extends GraphStage<FlowShape<T, Result<R>>> {
    private final StreamedFunction<T, R> function;
    private final StreamOrder order;
    private final Inlet<T> in = Inlet.create("clusterpool.in");
    private final Outlet<Result<R>> out = Outlet.create("clusterpool.out");
    private final FlowShape<T, Result<R>> shape = FlowShape.of(in, out);

    StreamStage(StreamedFunction<T, R> function, StreamOrder order) {
        this.function = function;
        this.order = order;
    }

    @Override
    public FlowShape<T, Result<R>> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic implements InHandler, OutHandler {
        private final AsyncCallback<NotUsed> news = createAsyncCallback(ignored -> onNews());
        private final StreamWindow<T, R> window = function.window(order, this::tell);
        private boolean told;

        Logic() {
            super(shape);
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
            window.add(grab(in));
            step();
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
            step();
        }

        @Override
        public void onTimer(Object key) {
            onNews();
        }

        /** No worker shall wait for a source that is slow to fill a part. */
        private void onNews() {
            if (window.hasIdleWorker() && !window.isPatient()) {
                window.flush();
            }
            window.act();
            step();
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

        private void give() {
            boolean ready = isAvailable(out) ? window.hasCurrent() || window.isReady() : window.isBroken();
            Result<R> result = ready ? window.next() : null;
            if (result != null) {
                push(out, result);
            }
            if (window.isOver()) {
                completeStage();
            }
        }

        private void take() {
            if (!isClosed(in) && !hasBeenPulled(in) && window.hasRoom()) {
                pull(in);
            }
            if (window.isOpen() && !told) {
                tell(); // myself, after what the source gives without waiting
            }
            told = window.isOpen();
        }

        private void wakeAfter(String why, long nanos) {
            if (nanos < Long.MAX_VALUE && !isTimerActive(why)) {
                scheduleOnce(why, Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), nanos)));
            }
        }
    }
}
