package io.granary.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Processor time of Java's threads between {@link #start} and {@link #stop}, by their names without
 * numbers. Threads that end in between are lost. Used by one thread.
 */
final class ThreadTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double WORTH_TELLING = 0.005;

  private final Map<Long, Long> before = new HashMap<>();
  private final Map<String, Long> spent = new TreeMap<>();

  void start() {
    before.clear();
    for (long id : THREADS.getAllThreadIds()) {
      before.put(id, THREADS.getThreadCpuTime(id));
    }
  }

  /** Adds what was spent since {@link #start}. */
  void stop() {
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null) {
        long id = thread.getThreadId();
        long nanos = THREADS.getThreadCpuTime(id) - before.getOrDefault(id, 0L);
        String name = thread.getThreadName().replaceAll("[-#0-9 ]+$", "");
        spent.merge(name, Math.max(0, nanos), Long::sum);
      }
    }
  }

  /** Nanoseconds a byte, by thread and of all. */
  String perByte(long bytes) {
    double all = spent.values().stream().mapToLong(Long::longValue).sum() / (double) bytes;
    return spent.entrySet().stream()
        .filter(each -> each.getValue() / (double) bytes > WORTH_TELLING)
        .map(
            each ->
                String.format(
                    Locale.ROOT, "%s %.2f", each.getKey(), each.getValue() / (double) bytes))
        .collect(Collectors.joining(", ", "", String.format(Locale.ROOT, "; all %.2f", all)));
  }
}
