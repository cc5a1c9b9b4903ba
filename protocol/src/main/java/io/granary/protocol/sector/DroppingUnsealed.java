package io.granary.protocol.sector;

/**
 * Proving as before; meanwhile the unsealed copy, which no deal of the sector wants, goes from
 * disk.
 */
public record DroppingUnsealed(SectorCore core, Replica replica, Committed committed, JobSlot job)
    implements SectorState.AtWork, SectorState.OnChain {
  @Override
  public DroppingUnsealed withCore(SectorCore newCore) {
    return new DroppingUnsealed(newCore, replica, committed, job);
  }

  @Override
  public DroppingUnsealed withJob(JobSlot newJob) {
    return new DroppingUnsealed(core, replica, committed, newJob);
  }

  @Override
  public DroppingUnsealed withCommitted(Committed newCommitted) {
    return new DroppingUnsealed(core, replica, newCommitted, job);
  }
}
