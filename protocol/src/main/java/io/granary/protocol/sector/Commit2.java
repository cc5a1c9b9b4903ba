package io.granary.protocol.sector;

import io.granary.protocol.job.BlobRef;

/**
 * The SNARK is made and verified.
 *
 * @param commit1 the vanilla proofs
 */
public record Commit2(
    SectorCore core,
    Replica replica,
    PreCommitted preCommitted,
    Seed seed,
    BlobRef commit1,
    JobSlot job)
    implements SectorState.AtWork, SectorState.Seeded {
  @Override
  public Commit2 withCore(SectorCore newCore) {
    return new Commit2(newCore, replica, preCommitted, seed, commit1, job);
  }

  @Override
  public Commit2 withJob(JobSlot newJob) {
    return new Commit2(core, replica, preCommitted, seed, commit1, newJob);
  }
}
