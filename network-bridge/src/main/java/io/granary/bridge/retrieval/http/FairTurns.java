package io.granary.bridge.retrieval.http;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker threads on which each client has one turn after the other, however many tasks it has
 * waiting: when disks or threads are short, a client with a hundred connections gets as much as one
 * with a single connection. What waits is bounded by the connections, which have one task each at
 * most. Thread-safe.
 */
final class FairTurns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FairTurns.class);
  private static final long STOP_SECONDS = 5;

  private final ExecutorService threads;

  /** Guarded by this: tasks by client, and the clients that have some in the order of turns. */
  private final Map<Object, Queue<Runnable>> waiting = new HashMap<>();

  private final Queue<Object> turns = new ArrayDeque<>();

  FairTurns(int workers) {
    threads =
        Executors.newFixedThreadPool(
            workers,
            task -> {
              Thread thread = new Thread(task, "retrieval-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs {@code task} when it is its client's turn.
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  void submit(Object client, Runnable task) {
    synchronized (this) {
      waiting
          .computeIfAbsent(
              client,
              added -> {
                turns.add(added);
                return new ArrayDeque<>();
              })
          .add(task);
    }
    threads.execute(this::runNext);
  }

  /** Whether a task waits for its turn: one that has a thread should give it free soon. */
  boolean othersWait() {
    synchronized (this) {
      return !turns.isEmpty();
    }
  }

  private void runNext() {
    Runnable task;
    synchronized (this) {
      Object client = turns.remove();
      Queue<Runnable> tasks = waiting.getOrDefault(client, new ArrayDeque<>());
      task = tasks.remove();
      if (tasks.isEmpty()) {
        waiting.remove(client);
      } else {
        turns.add(client);
      }
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a retrieval task met an error of ours", e);
    }
  }

  /** What waits still has its turn, since it may hold a file that it closes. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
        LOG.warn("retrieval workers still read after {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
