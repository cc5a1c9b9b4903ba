package io.granary.prover.worker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The storage paths of this node that lately gave nothing but silence. Without this memory each
 * partition that has a sector on a dead mount would wait for it as long as the first one did, and a
 * deadline of many partitions would be over before the last was read. Thread-safe; holds at most
 * one entry a storage path.
 */
final class SilentPaths {
  private final Duration memory;
  private final LongSupplier nanoTime;
  private final Map<String, Long> silentAt = new ConcurrentHashMap<>();

  /**
   * @param memory how long a path is doubted after it was silent
   * @param nanoTime as {@link System#nanoTime}
   */
  SilentPaths(Duration memory, LongSupplier nanoTime) {
    this.memory = memory;
    this.nanoTime = nanoTime;
  }

  /** It was given up because nothing came from it. */
  void silent(String storage) {
    silentAt.put(storage, nanoTime.getAsLong());
  }

  /** Something on it was read. */
  void answered(String storage) {
    silentAt.remove(storage);
  }

  /** Whether it was silent lately and has not answered since. */
  boolean doubted(String storage) {
    Long at = silentAt.get(storage);
    return at != null && nanoTime.getAsLong() - at < memory.toNanos();
  }
}
