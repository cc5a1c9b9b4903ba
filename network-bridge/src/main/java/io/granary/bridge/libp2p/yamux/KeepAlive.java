package io.granary.bridge.libp2p.yamux;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Our pings, which measure the round trip and end a session whose peer is silent, and the answers
 * to the peer's, outside flow control but at a bounded rate: more are left unanswered.
 */
final class KeepAlive {
  private static final long SECOND_NANOS = 1_000_000_000;

  private final YamuxSession session;
  private final long everyNanos;
  private final long limitNanos;
  private final double answersPerNano;
  private final double answersMax;
  private double answers;
  private long answersAt;
  private int value;
  private boolean waiting;
  private long sentAt;
  private long heardAt;
  private long roundTripNanos;
  private @Nullable ScheduledFuture<?> nextPing;
  private @Nullable ScheduledFuture<?> deadline;

  KeepAlive(YamuxSession session, YamuxSettings settings) {
    this.session = session;
    this.everyNanos = settings.pingEvery().toNanos();
    this.limitNanos = settings.pingLimit().toNanos();
    this.answersPerNano = (double) settings.pingsPerSecondMax() / SECOND_NANOS;
    this.answersMax = 2.0 * settings.pingsPerSecondMax();
    this.answers = answersMax;
    this.answersAt = session.nanos();
  }

  /** Pings now, for the round trip, and then at intervals. */
  void start() {
    heardAt = session.nanos();
    ping();
  }

  void stop() {
    cancel(nextPing);
    cancel(deadline);
  }

  /** Something came from the peer. */
  void heard() {
    heardAt = session.nanos();
  }

  /** 0 while not known. */
  long roundTripNanos() {
    return roundTripNanos;
  }

  void received(int flags, int pingValue) {
    if ((flags & Frame.SYN) != 0) {
      if (mayAnswer()) {
        session.writer().control(Frame.PING, Frame.ACK, 0, pingValue);
      }
    } else if ((flags & Frame.ACK) != 0 && waiting && pingValue == value) {
      waiting = false;
      roundTripNanos = session.nanos() - sentAt;
      cancel(deadline);
    }
  }

  private void ping() {
    if (session.ended()) {
      return;
    }
    nextPing = schedule(this::ping, everyNanos);
    if (!waiting) {
      waiting = true;
      value++;
      sentAt = session.nanos();
      session.writer().control(Frame.PING, Frame.SYN, 0, value);
      deadline = schedule(this::checkSilence, limitNanos);
    }
  }

  private void checkSilence() {
    if (!waiting || session.ended()) {
      return;
    }
    long silence = session.nanos() - Math.max(sentAt, heardAt);
    if (silence >= limitNanos) {
      session.end(
          YamuxCodes.INTERNAL_ERROR,
          new SessionClosedException(
              "no sign of life for " + TimeUnit.NANOSECONDS.toMillis(silence) + " ms", null));
    } else {
      deadline = schedule(this::checkSilence, limitNanos - silence);
    }
  }

  private boolean mayAnswer() {
    long now = session.nanos();
    answers = Math.min(answersMax, answers + (now - answersAt) * answersPerNano);
    answersAt = now;
    if (answers < 1) {
      return false;
    }
    answers--;
    return true;
  }

  private ScheduledFuture<?> schedule(Runnable task, long nanos) {
    return session.context().executor().schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
