package io.granary.prover.worker;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps two jobs that write one sector's files apart: a new attempt waits for the old one's child
 * to be gone.
 */
final class SectorLocks {
  private static final long LOOK_MILLIS = 200;

  /** A lock and how many runs hold it or wait for it; it goes with the last of them. */
  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock(true);
    int users;
  }

  private final Map<SectorId, Entry> entries = new HashMap<>();

  /** Runs {@code work} while no other holds the sector; gives up when the run is cancelled. */
  <T> T holding(SectorId sector, JobRun run, Supplier<T> work) {
    Entry entry = enter(sector);
    try {
      acquire(entry.lock, sector, run);
      try {
        run.checkCancelled();
        return work.get();
      } finally {
        entry.lock.unlock();
      }
    } finally {
      leave(sector, entry);
    }
  }

  private static void acquire(ReentrantLock lock, SectorId sector, JobRun run) {
    try {
      while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        run.checkCancelled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException(
          JobFailure.Kind.LOST, "sector " + sector + ": the node is stopping", e);
    }
  }

  private synchronized Entry enter(SectorId sector) {
    Entry entry = entries.computeIfAbsent(sector, s -> new Entry());
    entry.users++;
    return entry;
  }

  private synchronized void leave(SectorId sector, Entry entry) {
    entry.users--;
    if (entry.users == 0) {
      entries.remove(sector);
    }
  }

  /** Sectors that a run holds or waits for. */
  synchronized int size() {
    return entries.size();
  }
}
