package io.granary.prover.pool;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Small results of jobs that ended, the newest so many. Who asks again for one, because the report
 * was lost, hears it at once, whoever made it and whether that worker still lives. Not thread-safe.
 */
final class KnownResults {
  /** What a job brought. */
  record Known(JobKey key, String worker, JobOutput output) {}

  private final Map<JobId, Known> known;

  KnownResults(int max) {
    this.known =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<JobId, Known> eldest) {
            return size() > max;
          }
        };
  }

  void keep(JobKey key, String worker, JobOutput output) {
    known.put(key.id(), new Known(key, worker, output));
  }

  /**
   * The result to answer a request with. A higher attempt may mean that the asker found the result
   * bad; it then avoids the worker that made it.
   */
  Optional<Known> answer(JobRequest request) {
    return Optional.ofNullable(known.get(request.id()))
        .filter(
            k ->
                request.attempt() == k.key().attempt()
                    || (request.attempt() > k.key().attempt()
                        && !request.avoid().contains(k.worker())));
  }

  /** Whether a result is small enough to be told along, and is all there is to it. */
  static boolean isSmall(JobOutput output) {
    return output instanceof JobOutput.WindowPoStDone || output instanceof JobOutput.Commit2Done;
  }
}
