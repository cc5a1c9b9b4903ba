package io.granary.sharding.miner;

import akka.actor.typed.ActorRef;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.SenderAddresses;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.protocol.sender.MessageReport;
import java.util.List;

/** What a miner hears. */
public sealed interface MinerCommand {

  /** A new head. */
  record HeadSeen(Tick tick) implements MinerCommand {}

  /** An operator's order for a sector. */
  sealed interface Order extends MinerCommand {
    /** Names the order, so that ordering twice is ordering one sector. */
    String orderId();

    ActorRef<MinerReply> replyTo();
  }

  /** Wants a committed-capacity sector; answered with Ordered or Rejected. */
  record PledgeSector(String orderId, ActorRef<MinerReply> replyTo) implements Order {}

  /** Wants a sector with {@code piece} in it; answered with Ordered or Rejected. */
  record ImportPiece(String orderId, PieceSource piece, ActorRef<MinerReply> replyTo)
      implements Order {}

  /**
   * A piece is given up: it leaves its sector where that still takes pieces. Not answered.
   *
   * @param owner whose piece it is ({@link io.granary.protocol.miner.Packing#ofDeal})
   */
  record WithdrawPiece(String owner) implements MinerCommand {}

  /** A sector waits for something. */
  record SectorInMotion(SectorId sector) implements MinerCommand {}

  /** What came of a message of the miner's own. */
  record MessageReported(MessageReport report) implements MinerCommand {}

  /** A sector waits for nothing. */
  record SectorAtRest(SectorId sector) implements MinerCommand {}

  /** Asks for {@link MinerReply.Overview}. */
  record Describe(ActorRef<MinerReply> replyTo) implements MinerCommand {}

  /** What comes back to this very actor; never leaves its node. */
  sealed interface Own extends MinerCommand {}

  record HeadKnown(Tick tick) implements Own {}

  record ConfigRead(MinerConfig config) implements Own {}

  /** Which addresses pay now. */
  record SendersChosen(SenderAddresses candidates, SenderAddresses chosen) implements Own {}

  record SendersNotChosen(Throwable cause) implements Own {}

  record BalanceRead(TokenAmount available) implements Own {}

  record BalanceUnread(Throwable cause) implements Own {}

  record ReadFailed(String what, Throwable cause) implements Own {}

  record NumbersRead(Order order, BitField allocated) implements Own {}

  record RowsCompared(List<SectorNumber> stale) implements Own {
    public RowsCompared {
      stale = List.copyOf(stale);
    }
  }

  record RowsNotCompared(Throwable cause) implements Own {}

  record NumbersUnread(Order order, Throwable cause) implements Own {}
}
