package io.granary.protocol.sector;

/** The chain holds the precommit; its seed epoch has to come, and a few epochs of confidence. */
public record WaitSeed(SectorCore core, Replica replica, PreCommitted preCommitted)
    implements SectorState.Holding {
  @Override
  public WaitSeed withCore(SectorCore newCore) {
    return new WaitSeed(newCore, replica, preCommitted);
  }
}
