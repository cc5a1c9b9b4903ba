package io.granary.sharding;

import com.typesafe.config.Config;

/**
 * {@code granary.sharding.entity-dispatcher}, what is ours of it.
 *
 * @param threads entities that run at the same time
 * @param stackBytes the stack of each thread; reserved, and taken only as far as it is used
 */
record EntityThreadsSettings(int threads, long stackBytes) {
  /**
   * Of configuration 0 stands for as many threads as there are processors, but so many at least.
   */
  private static final int THREADS_LEAST = 4;

  private static final long STACK_LEAST = 1 << 20;

  EntityThreadsSettings {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "granary.sharding.entity-dispatcher.threads: expected 0 or more, got " + threads);
    }
    if (stackBytes < STACK_LEAST) {
      throw new IllegalArgumentException(
          "granary.sharding.entity-dispatcher.stack-size: expected 1 MiB or more, got "
              + stackBytes);
    }
  }

  /** Reads the dispatcher's own section. */
  static EntityThreadsSettings from(Config section) {
    int threads = section.getInt("threads");
    return new EntityThreadsSettings(
        threads == 0
            ? Math.max(THREADS_LEAST, Runtime.getRuntime().availableProcessors())
            : threads,
        section.getBytes("stack-size"));
  }
}
