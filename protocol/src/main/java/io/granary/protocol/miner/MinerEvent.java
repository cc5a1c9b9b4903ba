package io.granary.protocol.miner;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sender.MessageIntent;
import java.util.Optional;

/** What happened to a miner of ours. */
public sealed interface MinerEvent {
  /** When and where it was decided. */
  Stamp stamp();

  /** The height of the head it was decided at. */
  default Epoch epoch() {
    return stamp().epoch();
  }

  /** The name, as histories and the diagram show it. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** The chain's word on the miner was read for the first time, or has changed. */
  record MinerConfigured(MinerConfig config, Stamp stamp) implements MinerEvent {}

  /**
   * A sector number is given away for good.
   *
   * @param orderId of whoever ordered: the same order is never given two numbers
   */
  record SectorOrdered(String orderId, SectorOrder order, Stamp stamp) implements MinerEvent {}

  /**
   * A piece has its place in an open sector, which is opened by its first one: its number is given
   * away for good.
   *
   * @param replaces the order whose piece it takes the place of
   */
  record PiecePacked(
      SectorId sector,
      RegisteredSealProof sealProof,
      PackedPiece piece,
      Optional<String> replaces,
      Stamp stamp)
      implements MinerEvent {}

  /** A piece was given up before its sector was closed: it is as if it had never been ordered. */
  record PieceWithdrawn(String orderId, SectorNumber sector, Stamp stamp) implements MinerEvent {}

  /** An open sector takes no more pieces: it is ordered with those that it has. */
  record SectorClosed(SectorNumber sector, String reason, Stamp stamp) implements MinerEvent {}

  /** The sector lives and waits for something: it is ticked from here on. */
  record SectorSetInMotion(SectorNumber sector, Stamp stamp) implements MinerEvent {}

  /**
   * A fee debt, which keeps recoveries from being declared, is to be paid.
   *
   * @param debt attoFIL
   */
  record DebtRepaymentAsked(TokenAmount debt, MessageIntent intent, Stamp stamp)
      implements MinerEvent {}

  /**
   * The repayment has come to its end.
   *
   * @param paid whether it landed and the actor took it
   */
  record DebtRepaymentEnded(String intentId, boolean paid, String outcome, Stamp stamp)
      implements MinerEvent {}

  /** The sector waits for nothing: it is ticked no more. */
  record SectorCameToRest(SectorNumber sector, Stamp stamp) implements MinerEvent {}
}
