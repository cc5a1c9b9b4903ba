package io.granary.ops.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the wish that this JVM end (Ctrl-C, SIGTERM, a closed terminal) into an interrupt of the
 * thread that made this object, and holds the JVM until that thread has closed it again.
 */
final class Interruption implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);

  /** Above all that closing a stage may take: node and Cassandra each end or are killed. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "demo-interruption");
  private final Runnable first;
  private volatile boolean asked;

  /**
   * @param first run before the interrupt, on another thread
   */
  Interruption(Runnable first) {
    this.first = first;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether somebody wants this JVM to end. */
  boolean asked() {
    return asked;
  }

  private void interrupt() {
    asked = true;
    first.run();
    worker.interrupt();
    try {
      if (!done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the demo did not end in order within {}", LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The thread has put everything away. */
  @Override
  public void close() {
    if (asked) {
      done.countDown();
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the JVM is ending already", e);
    }
    done.countDown();
  }
}
