package io.granary.protocol.sector;

/**
 * The chain holds the committed sector; what only sealing needs goes from disk. Proving may begin
 * meanwhile: it does not touch what is removed.
 */
public record Finalizing(SectorCore core, Replica replica, Committed committed, JobSlot job)
    implements SectorState.AtWork, SectorState.OnChain {
  @Override
  public Finalizing withCore(SectorCore newCore) {
    return new Finalizing(newCore, replica, committed, job);
  }

  @Override
  public Finalizing withJob(JobSlot newJob) {
    return new Finalizing(core, replica, committed, newJob);
  }

  @Override
  public Finalizing withCommitted(Committed newCommitted) {
    return new Finalizing(core, replica, newCommitted, job);
  }
}
