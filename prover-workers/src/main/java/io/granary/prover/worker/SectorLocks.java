package io.granary.prover.worker;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobFailure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps two jobs that write one sector's files apart: a new attempt waits for the old one's child
 * to be gone.
 */
final class SectorLocks {
  private static final long LOOK_MILLIS = 200;

  private final Map<SectorId, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** Runs {@code work} while no other holds the sector; gives up when the run is cancelled. */
  <T> T holding(SectorId sector, JobRun run, Supplier<T> work) {
    ReentrantLock lock = locks.computeIfAbsent(sector, s -> new ReentrantLock(true));
    try {
      while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        run.checkCancelled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException(
          JobFailure.Kind.LOST, "sector " + sector + ": the node is stopping", e);
    }
    try {
      run.checkCancelled();
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
