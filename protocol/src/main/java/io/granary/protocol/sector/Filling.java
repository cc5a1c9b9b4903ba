package io.granary.protocol.sector;

/** The pieces of the order are imported, one job each, in their order. */
public record Filling(SectorCore core, JobSlot job) implements SectorState.AtWork {
  /** Whether every piece of the order is in. */
  public boolean complete() {
    return core.pieces().size() == core.order().pieces().size();
  }

  /** The file to import now; there must be one. */
  public SectorOrder.PieceSource nextImport() {
    return core.order().pieces().get(core.pieces().size());
  }

  @Override
  public Filling withCore(SectorCore newCore) {
    return new Filling(newCore, job);
  }

  @Override
  public Filling withJob(JobSlot newJob) {
    return new Filling(core, newJob);
  }
}
