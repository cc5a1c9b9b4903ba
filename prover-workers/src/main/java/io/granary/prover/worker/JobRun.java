package io.granary.prover.worker;

import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.prover.child.ChildProcess;
import io.granary.prover.transfer.Cancellation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job: how it is followed and how it is cancelled. Cancelling kills the child that
 * works for it, if there is one, breaks off what is fetched for it, and makes the next {@link
 * #checkCancelled} throw. Thread-safe.
 */
public final class JobRun implements Cancellation {
  private final JobId id;
  private final Map<String, String> mdc;
  private final ObjIntConsumer<String> progress;
  private final Surroundings surroundings;
  private final Set<Stop> stops = new HashSet<>();
  private @Nullable ChildProcess child;
  private @Nullable JobFailure cancelled;

  /**
   * A run not yet begun.
   *
   * @param mdc logging context of the job
   * @param progress hears stage and percent (0 to 100), from any thread; must not block
   */
  public JobRun(
      JobId id,
      Map<String, String> mdc,
      ObjIntConsumer<String> progress,
      Surroundings surroundings) {
    this.id = id;
    this.mdc = Map.copyOf(mdc);
    this.progress = progress;
    this.surroundings = surroundings;
  }

  /** A run that knows nothing of other nodes. */
  public JobRun(JobId id, Map<String, String> mdc, ObjIntConsumer<String> progress) {
    this(id, mdc, progress, Surroundings.NONE);
  }

  public JobId id() {
    return id;
  }

  Map<String, String> mdc() {
    return mdc;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  void progress(String stage, int percent) {
    progress.accept(stage, percent);
  }

  /**
   * Cancels the run; a second time changes nothing.
   *
   * @param kind how the run then fails: {@code CANCELLED} or {@code LOST}
   */
  public void cancel(JobFailure.Kind kind, String why) {
    List<Stop> stopped;
    synchronized (this) {
      if (cancelled != null) {
        return;
      }
      cancelled = new JobFailure(kind, "job " + id + ": " + why);
      if (child != null) {
        child.kill(why);
      }
      stopped = new ArrayList<>(stops);
    }
    // Not under the lock: closing a connection waits for whoever reads from it.
    stopped.forEach(Stop::run);
  }

  /** What the run fails with, once it was cancelled. */
  public synchronized Optional<JobFailure> cancelled() {
    return Optional.ofNullable(cancelled);
  }

  /**
   * Throws when the run was cancelled.
   *
   * @throws JobFailedException of the kind it was cancelled with
   */
  synchronized void checkCancelled() {
    if (cancelled != null) {
      throw new JobFailedException(cancelled.kind(), cancelled.message());
    }
  }

  /** Names the child that works for this run now, to be killed when it is cancelled. */
  synchronized void attach(ChildProcess worker) {
    checkCancelled();
    child = worker;
  }

  synchronized void detach() {
    child = null;
  }

  @Override
  public synchronized Registration register(Runnable stop) {
    checkCancelled();
    Stop added = new Stop(stop);
    stops.add(added);
    return () -> forget(added);
  }

  private synchronized void forget(Stop stop) {
    stops.remove(stop);
  }

  /** Equal to itself only. */
  private static final class Stop implements Runnable {
    private final Runnable action;

    Stop(Runnable action) {
      this.action = action;
    }

    @Override
    public void run() {
      action.run();
    }
  }
}
