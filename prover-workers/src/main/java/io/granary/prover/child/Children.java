package io.granary.prover.child;

import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.files.FileTrees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All child processes of this JVM: starts, lends, reuses and ends them. Thread-safe. At most the
 * configured number of processes of each class exists; who asks for one more waits.
 */
public final class Children implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Children.class);

  private final ProverWorkersSettings.Child settings;
  private final Path home;
  private final FileChannel lockChannel;
  private final Map<ChildClass, Semaphore> permits = new EnumMap<>(ChildClass.class);
  private final Map<ChildClass, Deque<ChildProcess>> idle = new EnumMap<>(ChildClass.class);
  private final Set<ChildProcess> living = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService watchdog;
  private final AtomicLong started = new AtomicLong();
  private volatile boolean closed;

  /**
   * Takes the work directory for this process and removes what an earlier one left in it.
   *
   * @throws IllegalStateException when another process holds the work directory
   * @throws IOException when it cannot be written
   */
  public Children(ProverWorkersSettings.Child settings) throws IOException {
    this.settings = settings;
    this.home = settings.workDirectory().resolve("children");
    Files.createDirectories(settings.workDirectory());
    this.lockChannel = lock(settings.workDirectory().resolve("lock"));
    FileTrees.delete(home);
    for (ChildClass childClass : ChildClass.values()) {
      permits.put(childClass, new Semaphore(processes(childClass), true));
      idle.put(childClass, new ConcurrentLinkedDeque<>());
    }
    this.watchdog =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "prover-child-watchdog");
              thread.setDaemon(true);
              return thread;
            });
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is locked by this JVM itself", file, e);
    }
    channel.close();
    throw new IllegalStateException(
        "granary.prover.child.work-directory "
            + file.getParent()
            + " is in use by another process; give each node its own");
  }

  private int processes(ChildClass childClass) {
    return switch (childClass) {
      case VERIFY -> settings.verifyProcesses();
      case IO -> settings.ioProcesses();
      case SDR -> settings.sdrProcesses();
      case GPU -> settings.gpuProcesses();
      case POST -> settings.postProcesses();
      case WINNING -> settings.winningProcesses();
    };
  }

  /**
   * Lends a child of {@code childClass} to {@code user}, waiting for a free one.
   *
   * @throws ChildStartException when none can be started, or the thread is interrupted while it
   *     waits
   */
  public <T> T use(ChildClass childClass, Function<ChildProcess, T> user) {
    Semaphore permit = permit(childClass);
    try {
      permit.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChildStartException("interrupted while waiting for a child", e);
    }
    try {
      ChildProcess child = borrow(childClass);
      try {
        return user.apply(child);
      } finally {
        giveBack(child);
      }
    } finally {
      permit.release();
    }
  }

  /**
   * Starts a child of {@code childClass} when none is idle, so that the first job needs not wait
   * for it.
   */
  public void warm(ChildClass childClass) {
    use(childClass, ChildProcess::hello);
  }

  /** What a freshly started or idle child says of itself: its parameter sets, features, devices. */
  public ChildHello hello() {
    return use(ChildClass.VERIFY, ChildProcess::hello);
  }

  /** Process ids of the children alive now. */
  public Set<Long> pids() {
    Set<Long> pids = ConcurrentHashMap.newKeySet();
    living.forEach(child -> pids.add(child.pid()));
    return Set.copyOf(pids);
  }

  private Semaphore permit(ChildClass childClass) {
    return Objects.requireNonNull(permits.get(childClass));
  }

  private Deque<ChildProcess> idle(ChildClass childClass) {
    return Objects.requireNonNull(idle.get(childClass));
  }

  private ChildProcess borrow(ChildClass childClass) {
    ChildProcess kept = idle(childClass).poll();
    while (kept != null) {
      if (kept.alive()) {
        return kept;
      }
      end(kept);
      kept = idle(childClass).poll();
    }
    if (closed) {
      throw new ChildStartException("the node is stopping");
    }
    Path directory = home.resolve(childClass.option() + "-" + started.incrementAndGet());
    ChildProcess child =
        ChildProcess.start(ChildLaunch.of(childClass, directory, settings), watchdog);
    living.add(child);
    LOG.debug("started {} child, pid {}", childClass.option(), child.pid());
    return child;
  }

  private void giveBack(ChildProcess child) {
    ChildClass childClass = child.childClass();
    if (childClass.oneJob() || closed || !child.alive() || tooLarge(child)) {
      end(child);
    } else {
      idle(childClass).push(child);
      if (closed) {
        endIdle(childClass);
      }
    }
  }

  private boolean tooLarge(ChildProcess child) {
    if (child.childClass() != ChildClass.VERIFY) {
      return false;
    }
    try {
      long rss = child.rssBytes();
      if (rss > settings.verifyRecycleRssBytes()) {
        LOG.info("ending verify child, pid {}: it holds {} bytes", child.pid(), rss);
        return true;
      }
      return false;
    } catch (ChildException e) {
      LOG.warn("verify child did not tell its memory, ending it", e);
      return true;
    }
  }

  private void end(ChildProcess child) {
    child.close();
    living.remove(child);
  }

  private void endIdle(ChildClass childClass) {
    ChildProcess kept = idle(childClass).poll();
    while (kept != null) {
      end(kept);
      kept = idle(childClass).poll();
    }
  }

  /** Ends every child, running ones included, and gives the work directory free. */
  @Override
  public void close() {
    closed = true;
    living.forEach(child -> child.kill("the node stops"));
    for (ChildClass childClass : ChildClass.values()) {
      endIdle(childClass);
    }
    watchdog.shutdownNow();
    try {
      lockChannel.close();
    } catch (IOException e) {
      LOG.warn("could not release the lock of {}", settings.workDirectory(), e);
    }
  }
}
