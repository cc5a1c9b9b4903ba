package io.granary.ops.retrieval;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.sector.Empty;
import io.granary.protocol.sector.Parked;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorPiece;
import io.granary.protocol.sector.SectorState;
import io.granary.sharding.sector.SectorEntity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The pieces of a sealed sector, by what its events say.
 *
 * @param activation empty while the chain does not hold it: its contents may still change
 */
record SectorContents(SectorId sector, List<Entry> entries, Optional<Epoch> activation) {
  /**
   * A piece in its sector.
   *
   * @param offset unpadded bytes from the start of the sector
   * @param job which decodes it out of the replica
   */
  record Entry(PieceInfo piece, long payloadBytes, long offset, JobSpec.Unseal job) {}

  SectorContents {
    entries = List.copyOf(entries);
  }

  /** Reads them; empty while it is not sealed, and once it is given up. */
  static CompletionStage<Optional<SectorContents>> read(HistoryReader history, SectorId sector) {
    SectorState[] state = {new Empty()};
    return history
        .forEach(
            SectorEntity.persistenceId(sector).id(),
            SectorEvent.class,
            1,
            Long.MAX_VALUE,
            entry -> state[0] = state[0].on(entry.event()))
        .thenApply(read -> of(sector, state[0]));
  }

  /** One that waits for its operator still has its files. */
  private static Optional<SectorContents> of(SectorId sector, SectorState state) {
    SectorState stage = state instanceof Parked parked ? parked.stage() : state;
    if (!(stage instanceof SectorState.Holding holding)) {
      return Optional.empty();
    }
    List<SectorPiece> held = holding.core().pieces();
    List<SectorLayout.Entry> places =
        SectorLayout.of(
                holding.core().sealProof().sectorSize().bytes(),
                held.stream().map(SectorPiece::info).toList())
            .entries()
            .stream()
            .filter(entry -> !entry.filler())
            .toList();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      SectorPiece piece = held.get(i);
      long offset = places.get(i).unpaddedOffset();
      entries.add(
          new Entry(
              piece.info(), piece.payloadBytes(), offset, job(sector, holding, piece, offset)));
    }
    return Optional.of(
        new SectorContents(
            sector,
            entries,
            stage instanceof SectorState.OnChain there
                ? Optional.of(there.committed().activation())
                : Optional.empty()));
  }

  private static JobSpec.Unseal job(
      SectorId sector, SectorState.Holding holding, SectorPiece piece, long offset) {
    return new JobSpec.Unseal(
        sector,
        holding.core().sealProof(),
        holding.replica().ticket().value(),
        holding.replica().commD(),
        offset,
        piece.payloadBytes());
  }
}
