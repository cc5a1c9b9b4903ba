package io.granary.bridge.libp2p.yamux;

/**
 * What the peer may send on one stream. Credit returns when the application has taken the data, and
 * is told to the peer when at least half of the window is free. A window that is used up within a
 * few round trips holds the peer back, so it is doubled, as go-yamux and js yamux do.
 */
final class ReceiveWindow {
  private static final int ROUND_TRIPS = 4;

  /** Below this, scheduling rather than distance is measured. */
  private static final long ROUND_TRIP_NANOS_MIN = 2_000_000;

  private final int bytesMax;
  private final ReceiveBudget budget;
  private int size;
  private long granted;
  private long held;
  private long toldAtNanos;

  /** The caller has had {@code bytes} admitted by {@code budget}. */
  ReceiveWindow(int bytes, int bytesMax, ReceiveBudget budget, long nowNanos) {
    this.size = bytes;
    this.granted = bytes;
    this.bytesMax = bytesMax;
    this.budget = budget;
    this.toldAtNanos = nowNanos;
  }

  /** Whether the peer was allowed to send that much. */
  boolean receive(long bytes) {
    if (bytes > granted) {
      return false;
    }
    granted -= bytes;
    held += bytes;
    return true;
  }

  /** The application has taken {@code bytes}; returns the credit to tell the peer now, or 0. */
  int consumed(int bytes, long nowNanos, long roundTripNanos) {
    held -= bytes;
    if (free() < size / 2) {
      return 0;
    }
    long used = nowNanos - toldAtNanos;
    if (used < ROUND_TRIPS * Math.max(roundTripNanos, ROUND_TRIP_NANOS_MIN)) {
      enlarge();
    }
    toldAtNanos = nowNanos;
    int credit = (int) free();
    granted += credit;
    return credit;
  }

  /** What the peer may still send. */
  long granted() {
    return granted;
  }

  int size() {
    return size;
  }

  void close() {
    budget.release(size);
  }

  private long free() {
    return size - granted - held;
  }

  private void enlarge() {
    int wanted = (int) Math.min(2L * size, bytesMax);
    if (wanted > size && budget.grow(wanted - size)) {
      size = wanted;
    }
  }
}
