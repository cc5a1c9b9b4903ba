package io.granary.sharding;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The entities' threads, with deep stacks. Akka's persistent actors take commands that waited for
 * the store out of their stash by recursion as long as these persist nothing (2.8.5, {@code
 * Running.HandlingCommands.onCommand}): after minutes without the store a stash of {@code
 * akka.persistence.typed.stash-capacity} overflows a stack of the usual size, and that ends the
 * JVM, on every node at once. Made by Akka, named in {@code granary.sharding.entity-dispatcher}.
 */
public final class EntityExecutor extends ExecutorServiceConfigurator {
  private static final long IDLE_SECONDS = 60;

  private final EntityThreadsSettings settings;

  /** As Akka calls it, with the dispatcher's own section. */
  public EntityExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    this.settings = EntityThreadsSettings.from(config);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory like) {
    AtomicLong made = new AtomicLong();
    ThreadFactory threads =
        work -> {
          Thread model = like.newThread(work);
          Thread thread =
              new Thread(null, work, id + "-" + made.incrementAndGet(), settings.stackBytes());
          thread.setDaemon(model.isDaemon());
          thread.setContextClassLoader(model.getContextClassLoader());
          thread.setUncaughtExceptionHandler(model.getUncaughtExceptionHandler());
          return thread;
        };
    return () -> {
      // The queue holds each actor once at most.
      ThreadPoolExecutor executor =
          new ThreadPoolExecutor(
              settings.threads(),
              settings.threads(),
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              threads);
      executor.allowCoreThreadTimeOut(true);
      return executor;
    };
  }
}
