package io.granary.persistence.cassandra;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The main class of the forked JVM. It ends Cassandra when its owner ends, by whatever means: the
 * owner holds the other end of this process's standard input, and the kernel closes it even after a
 * kill -9. An owner that cannot hold a pipe (a shared test instance outlives the JVM that started
 * it) is watched by process id and start time instead.
 *
 * <p>Runs on Cassandra's classpath: it uses the JDK only.
 *
 * <p>Arguments: the lock file of the data directory, seconds to wait for that lock and for a
 * graceful end, then optionally the owner's process id and its start in milliseconds since 1970.
 */
public final class ParentWatch {
  /** The exit status when another process holds the data directory. */
  static final int EXIT_LOCKED = 64;

  private static final String DAEMON = "org.apache.cassandra.service.CassandraDaemon";
  private static final Duration POLL = Duration.ofMillis(500);

  private final Duration grace;
  private final FileChannel lock;

  private ParentWatch(Duration grace, FileChannel lock) {
    this.grace = grace;
    this.lock = lock;
  }

  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    ignoreTerminalSignals();
    Duration grace = Duration.ofSeconds(Long.parseLong(args[1]));
    ParentWatch watch =
        new ParentWatch(
            grace,
            FileChannel.open(
                Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    if (args.length > 2) {
      long pid = Long.parseLong(args[2]);
      Instant start = Instant.ofEpochMilli(Long.parseLong(args[3]));
      watch.startThread("owner-watch", () -> watch.untilOwnerEnds(pid, start));
    } else {
      watch.startThread("owner-watch", watch::untilInputEnds);
    }
    watch.lock();
    try {
      Class.forName(DAEMON).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("Cassandra's main failed", e.getCause());
    }
  }

  /**
   * Ctrl-C reaches every process of the terminal's group. The owner decides when this one ends, or
   * it would be gone before the owner has written its last events. By reflection, because the
   * compiler warns of this class without a way to say that it is meant.
   */
  private static void ignoreTerminalSignals() throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object ignore = handler.getField("SIG_IGN").get(null);
    for (String name : new String[] {"INT", "HUP"}) {
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), ignore);
    }
  }

  /**
   * Holds the lock until the process ends (the watch thread keeps this object, and so the channel,
   * from the collector); a predecessor that is still draining is waited for.
   */
  private void lock() throws IOException {
    long end = System.nanoTime() + grace.toNanos();
    while (lock.tryLock() == null) {
      if (System.nanoTime() > end) {
        System.err.println("another process holds the data directory's lock");
        Runtime.getRuntime().halt(EXIT_LOCKED);
      }
      pause();
    }
  }

  private void untilInputEnds() {
    InputStream in = System.in;
    try {
      while (in.read() >= 0) {
        // Only the end counts.
      }
    } catch (IOException e) {
      System.err.println("standard input failed, taken as the owner's end: " + e);
    }
    end();
  }

  private void untilOwnerEnds(long pid, Instant start) {
    while (lives(pid, start)) {
      pause();
    }
    end();
  }

  /** A process id is reused; with the start time it is not. */
  static boolean lives(long pid, Instant start) {
    Optional<ProcessHandle> owner = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return owner
        .flatMap(handle -> handle.info().startInstant())
        .map(found -> found.toEpochMilli() == start.toEpochMilli())
        .orElse(false);
  }

  /** Cassandra's shutdown hook drains; whatever it does, the process is gone after the grace. */
  private void end() {
    startThread(
        "halt",
        () -> {
          long end = System.nanoTime() + grace.toNanos();
          while (System.nanoTime() < end) {
            pause();
          }
          Runtime.getRuntime().halt(1);
        });
    Runtime.getRuntime().exit(0);
  }

  private void startThread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
