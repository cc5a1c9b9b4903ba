package io.granary.ops.supervise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a node as a child process and starts it anew whenever it dies by itself: downed by its
 * cluster (exit code 255), crashed, or killed. It ends when the child ends with 0, which is how one
 * ends that was told to. Thread-safe.
 */
public final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /** A node's own limit for leaving in order is shorter. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(3);

  /** Starts the child. */
  @FunctionalInterface
  public interface Launch {
    Process start() throws IOException;
  }

  private final SupervisorSettings settings;
  private final Path dataDirectory;
  private final Launch launch;
  private final Object lock = new Object();
  private @Nullable Process child;
  private boolean stopping;

  /**
   * @param dataDirectory the node's, where it says which member it is
   */
  public Supervisor(SupervisorSettings settings, Path dataDirectory, Launch launch) {
    this.settings = settings;
    this.dataDirectory = dataDirectory;
    this.launch = launch;
  }

  /**
   * Runs until the node ends in order or {@link #stop} was called.
   *
   * @return the exit code of the last child
   */
  public int run() throws InterruptedException {
    Duration delay = settings.restartDelayMin();
    while (true) {
      long began = System.nanoTime();
      Optional<Process> started = start();
      if (started.isEmpty()) {
        return 0;
      }
      int code = started.get().waitFor();
      if (code == 0 || isStopping()) {
        return code;
      }
      LOG.warn("the node, pid {}, ended with code {}", started.get().pid(), code);
      tellOthers();
      boolean steady = System.nanoTime() - began >= settings.steadyAfter().toNanos();
      delay = steady ? settings.restartDelayMin() : delay;
      if (pauseUnlessStopped(delay)) {
        return code;
      }
      delay = longer(delay);
    }
  }

  private Duration longer(Duration delay) {
    Duration doubled = delay.isZero() ? Duration.ofSeconds(1) : delay.multipliedBy(2);
    return doubled.compareTo(settings.restartDelayMax()) > 0 ? settings.restartDelayMax() : doubled;
  }

  private Optional<Process> start() {
    synchronized (lock) {
      if (stopping) {
        return Optional.empty();
      }
      try {
        MemberFile.delete(dataDirectory);
        Process started = launch.start();
        child = started;
        LOG.info("the node runs as pid {}", started.pid());
        return Optional.of(started);
      } catch (IOException e) {
        throw new UncheckedIOException("the node's process cannot be started", e);
      }
    }
  }

  /** A node that died before it was a member has told nobody of itself, and needs no obituary. */
  private void tellOthers() throws InterruptedException {
    try {
      Optional<MemberFile> dead = MemberFile.read(dataDirectory);
      if (dead.isPresent()) {
        new Obituary(settings).tell(dead.get());
      }
    } catch (IOException e) {
      LOG.warn("cannot read which member died; the others find out themselves", e);
    }
  }

  private boolean isStopping() {
    synchronized (lock) {
      return stopping;
    }
  }

  /** Whether it was told to stop meanwhile. */
  private boolean pauseUnlessStopped(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    synchronized (lock) {
      long left = end - System.nanoTime();
      while (!stopping && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
        left = end - System.nanoTime();
      }
      return stopping;
    }
  }

  /**
   * Lets the node leave its cluster and end; kills it when it takes too long. Blocks until then.
   */
  public void stop() {
    Process running;
    synchronized (lock) {
      stopping = true;
      lock.notifyAll();
      running = child;
    }
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the node did not leave within {}, it is killed", STOP_LIMIT);
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
