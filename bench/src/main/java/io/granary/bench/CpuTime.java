package io.granary.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time. Speeds "per core" are taken against it rather than the clock on the wall: on a
 * machine that does other work too, a thread that waits for its turn is not slower.
 */
final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double NANOS = 1e9;
  private static final double TICKS = 100;
  private static final int USER_FIELD = 14;
  private static final int KERNEL_FIELD = 15;

  private CpuTime() {}

  /** Seconds this thread has computed. */
  static double ofThisThread() {
    return THREADS.getCurrentThreadCpuTime() / NANOS;
  }

  /**
   * What a process has computed.
   *
   * @param user seconds in the program itself
   * @param kernel seconds in the kernel for it: files, memory it is given
   */
  record Spent(double user, double kernel) {
    Spent since(Spent before) {
      return new Spent(user - before.user, kernel - before.kernel);
    }
  }

  /**
   * What all threads of {@code pid} have computed, those that ended too; in steps of 10 ms, which
   * is what Linux counts in towards programs, whatever its own clock (proc(5), utime and stime).
   *
   * @throws IOException when the process is gone or this is no Linux
   */
  static Spent ofProcess(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    // The second field, a name in brackets, may have spaces; the third follows it.
    String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new Spent(
        Long.parseLong(fromThird[USER_FIELD - 3]) / TICKS,
        Long.parseLong(fromThird[KERNEL_FIELD - 3]) / TICKS);
  }
}
