package io.granary.sharding.sector;

import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.port.SectorSummary;
import io.granary.protocol.sector.Committed;
import io.granary.protocol.sector.Faulty;
import io.granary.protocol.sector.Parked;
import io.granary.protocol.sector.Proving;
import io.granary.protocol.sector.Recovering;
import io.granary.protocol.sector.Removed;
import io.granary.protocol.sector.Removing;
import io.granary.protocol.sector.SectorState;
import java.util.Optional;

/** The read model's row of a state. */
final class SectorSummaryOf {
  private SectorSummaryOf() {}

  /**
   * The row.
   *
   * @param sequence the number of events that led to {@code state}
   */
  static SectorSummary state(SectorState.Living state, long sequence) {
    SectorState.Living inner = state instanceof Parked parked ? parked.stage() : state;
    Optional<Committed> committed =
        inner instanceof SectorState.OnChain onChain
            ? Optional.of(onChain.committed())
            : Optional.empty();
    Optional<SectorLocation> location = committed.flatMap(Committed::location);
    return new SectorSummary(
        state.core().sector(),
        state.name(),
        sequence,
        state.core().updated().time(),
        location.map(SectorLocation::deadline),
        location.map(SectorLocation::partition),
        committed.map(on -> on.expiration().value()),
        detail(state));
  }

  private static String detail(SectorState.Living state) {
    if (state instanceof Parked parked) {
      return parked.stage().name() + ": " + parked.reason();
    }
    if (state instanceof Faulty faulty) {
      return faulty.fault().reason();
    }
    if (state instanceof Recovering recovering) {
      return recovering
          .declared()
          .map(epoch -> "declared at epoch " + epoch)
          .orElse("waits for its deadline to declare it");
    }
    if (state instanceof Proving proving && proving.kept().isPresent()) {
      return "its unsealed copy could not be deleted: " + proving.kept().get().reason();
    }
    if (state instanceof Removing removing) {
      return removing.reason();
    }
    if (state instanceof Removed removed) {
      return removed.reason();
    }
    return lastFailure(state).orElse("");
  }

  private static Optional<String> lastFailure(SectorState.Living state) {
    if (state instanceof SectorState.AtWork work) {
      return work.job().lastFailure();
    }
    return state instanceof SectorState.Posting posting
        ? posting.message().lastFailure()
        : Optional.empty();
  }
}
