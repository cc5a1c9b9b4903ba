package io.granary.bridge.retrieval;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads on which blocks of all answers are read and hashed before they are asked for. What finds
 * no room is left to its answer's own turn. Thread-safe.
 */
final class BlockReaders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockReaders.class);
  private static final long STOP_SECONDS = 5;

  private final ReadAheadSettings settings;
  private final ThreadPoolExecutor threads;

  BlockReaders(ReadAheadSettings settings) {
    this.settings = settings;
    this.threads =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.waitingMax()),
            task -> {
              Thread thread = new Thread(task, "retrieval-ahead");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** What one answer reads ahead. */
  BlocksAhead forAnswer() {
    return new BlocksAhead(this, settings.bytesOfAnswerMax());
  }

  /** Runs {@code read} soon; false when too many wait, or after {@link #close}. */
  boolean begin(Runnable read) {
    try {
      threads.execute(read);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    threads.getQueue().clear();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
        LOG.warn("blocks are still read ahead after {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
