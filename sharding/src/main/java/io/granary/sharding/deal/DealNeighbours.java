package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.miner.MinerReply;
import java.util.concurrent.CompletionStage;

/** The other entities, as a deal asks them. Stages fail when no answer comes in time. */
public interface DealNeighbours {
  /** Orders a sector with {@code piece} in it; the same order id is the same sector. */
  CompletionStage<MinerReply> order(ActorId miner, String orderId, PieceSource piece);

  /** Asks the publisher of {@code provider}'s deals; a verified deal is queued by asking. */
  CompletionStage<PublicationStanding> publication(ActorId provider, PublicationQuery query);

  /**
   * How far a sector is: the name of its state; of a parked one, the name of the stage it stopped
   * in.
   */
  CompletionStage<String> sectorState(SectorId sector);
}
