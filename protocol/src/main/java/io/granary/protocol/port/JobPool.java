package io.granary.protocol.port;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;

/**
 * Where entities ask for jobs. It holds no truth: an entity that hears nothing asks again. Reports
 * go to the request's recipient through {@link JobReports}.
 */
public interface JobPool {
  /**
   * Asks for a job; returns at once, never fails. A pool that holds as many jobs as it may turns
   * the least urgent away: its entity hears a {@code Progress} that says so, an operator a failure.
   */
  void request(JobRequest request);

  /**
   * Cancels attempts up to and including {@code attempt}, running ones by killing their process.
   */
  void cancel(JobId id, long attempt);
}
