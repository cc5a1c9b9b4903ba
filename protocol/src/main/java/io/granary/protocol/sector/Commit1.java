package io.granary.protocol.sector;

/** The vanilla proofs for the seed are made. */
public record Commit1(
    SectorCore core, Replica replica, PreCommitted preCommitted, Seed seed, JobSlot job)
    implements SectorState.AtWork, SectorState.Seeded {
  @Override
  public Commit1 withCore(SectorCore newCore) {
    return new Commit1(newCore, replica, preCommitted, seed, job);
  }

  @Override
  public Commit1 withJob(JobSlot newJob) {
    return new Commit1(core, replica, preCommitted, seed, newJob);
  }
}
