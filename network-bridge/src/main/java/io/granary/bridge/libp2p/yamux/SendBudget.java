package io.granary.bridge.libp2p.yamux;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what waits to be sent, of many sessions together. Safe for any thread.
 *
 * <p>A session tells its streams to wait when it holds half of what is still free (a dynamic
 * threshold, after Choudhury and Hahne 1998). So a few peers that do not read share the greater
 * part among them and always leave some to others.
 */
public final class SendBudget {
  private final long bytesMax;
  private final AtomicLong used = new AtomicLong();

  public SendBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** For a session by itself, which has a bound of its own. */
  static SendBudget unbounded() {
    return new SendBudget(Long.MAX_VALUE);
  }

  /** Bytes that wait now. */
  public long usedBytes() {
    return used.get();
  }

  long freeBytes() {
    return Math.max(0, bytesMax - used.get());
  }

  /** {@code bytes} more wait, or fewer where it is negative. */
  void add(long bytes) {
    used.addAndGet(bytes);
  }
}
