package io.granary.prover.transfer;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads for blocking work, a bounded number, with a bounded queue before them. */
public final class BoundedThreads {
  private static final int IDLE_SECONDS = 30;

  private BoundedThreads() {}

  /** As {@link #of}, a thread for each task at once; who finds {@code threads} busy is refused. */
  static ExecutorService growing(String name, int threads) {
    AtomicLong made = new AtomicLong();
    return new ThreadPoolExecutor(
        0,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> daemon(task, name + "-" + made.incrementAndGet()));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Daemon threads called {@code name} and a number; who finds {@code waiting} tasks before them is
   * refused.
   */
  public static ExecutorService of(String name, int threads, int waiting) {
    AtomicLong made = new AtomicLong();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            task -> daemon(task, name + "-" + made.incrementAndGet()));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
