package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import java.util.Optional;

/**
 * Its files read well again.
 *
 * @param declared the epoch at which its deadline told the chain so; empty until then
 */
public record Recovering(
    SectorCore core, Replica replica, Committed committed, Fault fault, Optional<Epoch> declared)
    implements SectorState.OnChain {
  @Override
  public Recovering withCore(SectorCore newCore) {
    return new Recovering(newCore, replica, committed, fault, declared);
  }

  @Override
  public Recovering withCommitted(Committed newCommitted) {
    return new Recovering(core, replica, newCommitted, fault, declared);
  }
}
