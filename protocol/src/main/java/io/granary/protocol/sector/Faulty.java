package io.granary.protocol.sector;

/**
 * It could not be proven. Its files are read now and then; that costs little and brings no change
 * until it succeeds, so only the success is an event.
 */
public record Faulty(SectorCore core, Replica replica, Committed committed, Fault fault)
    implements SectorState.OnChain {
  @Override
  public Faulty withCore(SectorCore newCore) {
    return new Faulty(newCore, replica, committed, fault);
  }

  @Override
  public Faulty withCommitted(Committed newCommitted) {
    return new Faulty(core, replica, newCommitted, fault);
  }
}
