package io.granary.prover.pool;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.prover.JobClass;
import java.time.Duration;
import java.util.Comparator;

/**
 * A job nobody runs.
 *
 * @param latestStart the last epoch in which it can begin and still be of use, as far as its run
 *     time is known
 * @param order the more, the later it was asked for
 */
record Waiting(
    JobRequest request, JobClass jobClass, long latestStart, long order, Duration since) {
  /**
   * PoSt first, then sealing, then what is decoded for readers, and rehearsals last; then the least
   * slack; then who asked first.
   */
  static final Comparator<Waiting> URGENCY =
      Comparator.comparingInt(Waiting::rank)
          .thenComparingLong(Waiting::latestStart)
          .thenComparingLong(Waiting::order);

  private int rank() {
    if (request.rehearsal()) {
      return 3;
    }
    return jobClass.isPoSt() ? 0 : jobClass == JobClass.UNSEAL ? 2 : 1;
  }

  JobId id() {
    return request.id();
  }
}
