package io.granary.protocol.sector;

import java.util.Optional;

/**
 * At rest: its deadline proves it each proving period.
 *
 * @param kept why its unsealed copy could not be deleted, if that was tried
 */
public record Proving(
    SectorCore core, Replica replica, Committed committed, Optional<KeptUnsealed> kept)
    implements SectorState.OnChain {
  /** With an unsealed copy that nobody tried to delete, or with none. */
  public Proving(SectorCore core, Replica replica, Committed committed) {
    this(core, replica, committed, Optional.empty());
  }

  @Override
  public Proving withCore(SectorCore newCore) {
    return new Proving(newCore, replica, committed, kept);
  }

  @Override
  public Proving withCommitted(Committed newCommitted) {
    return new Proving(core, replica, newCommitted, kept);
  }
}
