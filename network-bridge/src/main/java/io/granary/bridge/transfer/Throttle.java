package io.granary.bridge.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shares a number of bytes a second between the transfers. Each take moves a common time forward by
 * what its bytes cost, and waits until then; what was not used is not saved up beyond a quarter of
 * a second. Thread-safe.
 */
final class Throttle {
  private static final long SAVED_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long WAIT_MILLIS_MAX = 100;

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private long nextNanos;

  /**
   * @param bytesPerSecond 0 for no bound
   */
  Throttle(long bytesPerSecond, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.nextNanos = nanoTime.getAsLong();
  }

  /** Waits until so many more bytes may be read, or the transfer is stopped. */
  void take(int bytes, TransferControl control) throws IOException {
    if (bytesPerSecond == 0) {
      return;
    }
    long due = reserve(bytes);
    for (long left = due - nanoTime.getAsLong();
        left > 0 && !control.stopped();
        left = due - nanoTime.getAsLong()) {
      try {
        Thread.sleep(Math.min(WAIT_MILLIS_MAX, left / 1_000_000 + 1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped");
      }
    }
  }

  /** When the bytes may go on. */
  synchronized long reserve(int bytes) {
    long now = nanoTime.getAsLong();
    if (now - nextNanos > SAVED_NANOS_MAX) {
      nextNanos = now - SAVED_NANOS_MAX;
    }
    nextNanos += (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    return nextNanos;
  }
}
