package io.granary.protocol.sector;

import java.util.Optional;

/**
 * The graph is labelled.
 *
 * @param ticket empty until drawn; it is drawn when the work can start, not before, so that it is
 *     young
 * @param required what the files have to lead to again, after files of a precommitted sector were
 *     lost: then the ticket stays
 */
public record PreCommit1(
    SectorCore core, Optional<Ticket> ticket, Optional<Replica> required, JobSlot job)
    implements SectorState.AtWork {
  @Override
  public PreCommit1 withCore(SectorCore newCore) {
    return new PreCommit1(newCore, ticket, required, job);
  }

  @Override
  public PreCommit1 withJob(JobSlot newJob) {
    return new PreCommit1(core, ticket, required, newJob);
  }
}
