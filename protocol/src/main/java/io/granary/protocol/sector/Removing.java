package io.granary.protocol.sector;

/** Every file of the sector is deleted. */
public record Removing(SectorCore core, String reason, JobSlot job) implements SectorState.AtWork {
  @Override
  public Removing withCore(SectorCore newCore) {
    return new Removing(newCore, reason, job);
  }

  @Override
  public Removing withJob(JobSlot newJob) {
    return new Removing(core, reason, newJob);
  }
}
