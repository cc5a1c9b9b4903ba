package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.miner.MinerReply;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The other entities, as a deal asks them. Stages fail when no answer comes in time. */
public interface DealNeighbours {
  /** Orders a sector with {@code piece} in it; the same order id is the same sector. */
  CompletionStage<MinerReply> order(ActorId miner, String orderId, PieceSource piece);

  /** Tells that nothing comes of a deal: its piece leaves a sector that is not closed yet. */
  void withdraw(ActorId miner, DealId deal);

  /** Asks the publisher of {@code provider}'s deals; a verified deal is queued by asking. */
  CompletionStage<PublicationStanding> publication(ActorId provider, PublicationQuery query);

  /** Tells the publisher of {@code provider}'s deals what one that is active is to be paid. */
  void payable(ActorId provider, Payable payable);

  /** How far a sector is. */
  CompletionStage<SectorStanding> sector(SectorId sector);

  /**
   * How far a sector is.
   *
   * @param state the name of its state; of a parked one, the name of the stage it stopped in
   * @param offsets padded bytes before each of its pieces, by their sources: final, and empty while
   *     the sector is open
   * @param damaged what it found of pieces whose data is not what it was ordered with, by their
   *     sources
   */
  record SectorStanding(String state, Map<String, Long> offsets, Map<String, Commitment> damaged) {
    public SectorStanding {
      offsets = Map.copyOf(offsets);
      damaged = Map.copyOf(damaged);
    }
  }
}
