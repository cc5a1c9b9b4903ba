package io.granary.protocol.sector;

/** At rest: its deadline proves it each proving period. */
public record Proving(SectorCore core, Replica replica, Committed committed)
    implements SectorState.OnChain {
  @Override
  public Proving withCore(SectorCore newCore) {
    return new Proving(newCore, replica, committed);
  }

  @Override
  public Proving withCommitted(Committed newCommitted) {
    return new Proving(core, replica, newCommitted);
  }
}
