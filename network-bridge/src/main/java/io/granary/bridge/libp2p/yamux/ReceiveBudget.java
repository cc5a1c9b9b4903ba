package io.granary.bridge.libp2p.yamux;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the sum of receive windows, which is what peers can make us hold: of one session and,
 * through a shared parent, of many. A stream's first window may use the whole of it, growth only
 * half, so that fast streams do not keep others from opening. Safe for any thread.
 */
public final class ReceiveBudget {
  private final long bytesMax;
  private final Optional<ReceiveBudget> shared;
  private final AtomicLong used = new AtomicLong();

  /** A budget that many sessions may share. */
  public ReceiveBudget(long bytesMax) {
    this(bytesMax, Optional.empty());
  }

  ReceiveBudget(long bytesMax, Optional<ReceiveBudget> shared) {
    this.bytesMax = bytesMax;
    this.shared = shared;
  }

  /** Bytes of window now promised to peers. */
  public long usedBytes() {
    return used.get();
  }

  boolean admit(int bytes) {
    return take(bytes, bytesMax) && shareOrUndo(bytes, shared.map(s -> s.admit(bytes)));
  }

  boolean grow(int bytes) {
    return take(bytes, bytesMax / 2) && shareOrUndo(bytes, shared.map(s -> s.grow(bytes)));
  }

  void release(int bytes) {
    used.addAndGet(-bytes);
    shared.ifPresent(s -> s.release(bytes));
  }

  private boolean take(int bytes, long limit) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  private boolean shareOrUndo(int bytes, Optional<Boolean> given) {
    if (given.orElse(true)) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }
}
