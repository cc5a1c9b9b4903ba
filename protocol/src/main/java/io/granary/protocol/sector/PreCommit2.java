package io.granary.protocol.sector;

import java.util.Optional;

/**
 * The replica is encoded and its trees are built.
 *
 * @param required see {@link PreCommit1#required}
 */
public record PreCommit2(SectorCore core, Ticket ticket, Optional<Replica> required, JobSlot job)
    implements SectorState.AtWork {
  @Override
  public PreCommit2 withCore(SectorCore newCore) {
    return new PreCommit2(newCore, ticket, required, job);
  }

  @Override
  public PreCommit2 withJob(JobSlot newJob) {
    return new PreCommit2(core, ticket, required, newJob);
  }
}
