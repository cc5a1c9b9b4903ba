package io.granary.prover.worker;

import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.prover.child.ChildProcess;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job: how it is followed and how it is cancelled. Cancelling kills the child that
 * works for it, if there is one, and makes the next {@link #checkCancelled} throw. Thread-safe.
 */
public final class JobRun {
  private final JobId id;
  private final Map<String, String> mdc;
  private final ObjIntConsumer<String> progress;
  private @Nullable ChildProcess child;
  private @Nullable JobFailure cancelled;

  /**
   * A run not yet begun.
   *
   * @param mdc logging context of the job
   * @param progress hears stage and percent (0 to 100), from any thread; must not block
   */
  public JobRun(JobId id, Map<String, String> mdc, ObjIntConsumer<String> progress) {
    this.id = id;
    this.mdc = Map.copyOf(mdc);
    this.progress = progress;
  }

  public JobId id() {
    return id;
  }

  Map<String, String> mdc() {
    return mdc;
  }

  void progress(String stage, int percent) {
    progress.accept(stage, percent);
  }

  /**
   * Cancels the run; a second time changes nothing.
   *
   * @param kind how the run then fails: {@code CANCELLED} or {@code LOST}
   */
  public synchronized void cancel(JobFailure.Kind kind, String why) {
    if (cancelled == null) {
      cancelled = new JobFailure(kind, "job " + id + ": " + why);
      if (child != null) {
        child.kill(why);
      }
    }
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
}
