package io.granary.protocol.sector;

import io.granary.protocol.Stamp;
import io.granary.protocol.sector.SectorEvent.FaultFound;
import io.granary.protocol.sector.SectorEvent.FirstProven;
import io.granary.protocol.sector.SectorEvent.RecoveryDeclared;
import io.granary.protocol.sector.SectorEvent.SectorRecovered;
import java.util.List;
import java.util.Optional;

/** What a deadline's observation makes of a sector. Only changes become events. */
final class Observations {
  private Observations() {}

  static List<SectorEvent> observed(SectorState state, Stamp stamp, SectorObservation seen) {
    if (!(state instanceof SectorState.OnChain onChain)) {
      return List.of();
    }
    boolean ill = state instanceof Faulty || state instanceof Recovering;
    if (seen instanceof SectorObservation.ProvenAt proven) {
      return ill || onChain.committed().firstProven().isPresent()
          ? List.of()
          : List.of(new FirstProven(stamp, proven.periodStart(), proven.epoch()));
    }
    if (seen instanceof SectorObservation.FoundFaulty found) {
      return isNews(onChain, found)
          ? List.of(
              new FaultFound(stamp, new Fault(found.reason(), found.epoch(), found.challenge())))
          : List.of();
    }
    if (seen instanceof SectorObservation.RecoveryDeclared declared) {
      boolean known =
          state instanceof Recovering recovering
              && recovering.declared().equals(Optional.of(declared.epoch()));
      return ill && !known ? List.of(new RecoveryDeclared(stamp, declared.epoch())) : List.of();
    }
    if (seen instanceof SectorObservation.Recovered recovered) {
      return ill ? List.of(new SectorRecovered(stamp, recovered.epoch())) : List.of();
    }
    throw new IllegalStateException("unknown observation " + seen);
  }

  /**
   * A faulty sector learns only which challenge it failed, if it did not know. One that recovers
   * has been faulty all the time as far as the chain knows: only a challenge that failed since, or
   * a recovery that came to nothing, is news.
   */
  private static boolean isNews(SectorState.OnChain state, SectorObservation.FoundFaulty found) {
    if (state instanceof Faulty faulty) {
      return faulty.fault().challenge().isEmpty() && found.challenge().isPresent();
    }
    if (state instanceof Recovering recovering) {
      return found.epoch().isAfter(recovering.fault().since())
          && (recovering.declared().isPresent() || found.challenge().isPresent());
    }
    return true;
  }
}
