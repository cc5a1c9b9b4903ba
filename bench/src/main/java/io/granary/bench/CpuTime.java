package io.granary.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Processor time. Speeds "per core" are taken against it rather than the clock on the wall: on a
 * machine that does other work too, a thread that waits for its turn is not slower.
 */
final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double NANOS = 1e9;

  private CpuTime() {}

  /** Seconds this thread has computed. */
  static double ofThisThread() {
    return THREADS.getCurrentThreadCpuTime() / NANOS;
  }

  /**
   * Seconds all threads of {@code pid} have computed; in steps of 10 ms.
   *
   * @throws IllegalStateException when the process is gone or the system does not say
   */
  static double ofProcess(long pid) {
    Duration total =
        ProcessHandle.of(pid)
            .flatMap(handle -> handle.info().totalCpuDuration())
            .orElseThrow(() -> new IllegalStateException("no CPU time of process " + pid));
    return total.toNanos() / NANOS;
  }
}
