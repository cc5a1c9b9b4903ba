package io.granary.devnet.actor;

import io.granary.devnet.state.StateDraft;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.PieceChange;
import io.granary.protocol.actor.SectorContentChange;
import io.granary.protocol.actor.SectorContentChangedParams;
import io.granary.protocol.actor.SectorContentChangedReturn;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How deals become active: a miner tells the market of the pieces that a sector got (FIP-0076). A
 * deal that does not fit is answered with no, and stays as it is.
 */
final class DealActivation {
  private DealActivation() {}

  static SectorContentChangedReturn changed(
      StateDraft draft, ActorId miner, long epoch, SectorContentChangedParams params) {
    List<List<Boolean>> accepted = new ArrayList<>();
    for (SectorContentChange sector : params.sectors()) {
      List<Boolean> pieces = new ArrayList<>();
      for (PieceChange piece : sector.added()) {
        pieces.add(activate(draft, miner, epoch, sector, piece));
      }
      accepted.add(pieces);
    }
    return new SectorContentChangedReturn(accepted);
  }

  private static boolean activate(
      StateDraft draft, ActorId miner, long epoch, SectorContentChange sector, PieceChange piece) {
    Optional<Long> id = dealId(piece.payload());
    Optional<StorageDeal> deal = id.flatMap(draft.market()::deal);
    if (deal.isEmpty() || !fits(deal.get(), miner, epoch, sector, piece)) {
      return false;
    }
    draft.put(draft.market().with(id.get(), deal.get().activated(sector.sector(), epoch)));
    return true;
  }

  private static boolean fits(
      StorageDeal deal, ActorId miner, long epoch, SectorContentChange sector, PieceChange piece) {
    DealProposal proposal = deal.proposal();
    return deal.activation().isEmpty()
        && proposal.provider().equals(Address.ofId(miner))
        && proposal.piece().equals(piece.data())
        && proposal.paddedBytes() == piece.paddedBytes()
        && epoch <= proposal.startEpoch().value()
        && sector.minimumCommitmentEpoch().value() >= proposal.endEpoch().value();
  }

  private static Optional<Long> dealId(Bytes payload) {
    try {
      return Optional.of(CborReader.decode(payload, "payload", reader -> reader.uint("")));
    } catch (CborException e) {
      return Optional.empty();
    }
  }
}
