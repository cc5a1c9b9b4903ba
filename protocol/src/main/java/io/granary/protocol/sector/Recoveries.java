package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.sector.SectorEvent.FaultFound;
import io.granary.protocol.sector.SectorEvent.SectorRecovered;
import java.util.List;
import java.util.Optional;

/** What the chain's fault sets make of a faulty or recovering sector. */
final class Recoveries {
  private Recoveries() {}

  /**
   * Fault and recovery are told by the deadline; the chain is asked only so that a word lost on the
   * way cannot leave a sector behind. A skip takes effect when its message lands, which is within
   * the finality of the epoch it was found in; until then "not faulty on chain" means nothing.
   */
  static List<SectorEvent> looked(
      SectorState.OnChain state, Stamp stamp, ChainLook look, NetworkPolicy network) {
    if (!(state instanceof Recovering recovering)) {
      return List.of();
    }
    if (recovering.declared().isEmpty()) {
      boolean settled =
          look.height().isAfter(recovering.fault().since().plus(network.chainFinality()));
      return settled && !look.faulty()
          ? List.of(new SectorRecovered(stamp, look.height()))
          : List.of();
    }
    boolean settled =
        look.height().isAfter(recovering.declared().get().plus(network.messageConfidence()));
    if (!settled || look.recovering()) {
      return List.of();
    }
    return look.faulty()
        ? List.of(
            new FaultFound(
                stamp,
                new Fault(
                    "the declared recovery is gone from the chain",
                    look.height(),
                    Optional.empty())))
        : List.of(new SectorRecovered(stamp, look.height()));
  }
}
