package io.granary.protocol.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.SenderFixtures;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A 2 KiB miner with three deadlines of 15 epochs, as the demo has them. */
public final class MinerFixtures {
  public static final ActorId MINER = new ActorId(1000);
  public static final ProvingGrid GRID = new ProvingGrid(new Epoch(0), 3, 45, 15, 8, 12);

  private MinerFixtures() {}

  public static MinerConfig config() {
    return new MinerConfig(
        MINER,
        Address.ofId(101),
        Address.ofId(102),
        SenderFixtures.WORKER,
        SectorSize.SIZE_2KIB,
        SectorSize.SIZE_2KIB.windowPoStV1_1(),
        GRID);
  }

  /** The same with a control address that proves, and the worker behind it. */
  public static MinerConfig configWithSenders() {
    Address control = Address.ofActor(Bytes.of(new byte[] {2}));
    return config()
        .withSenders(
            new SenderAddresses(
                Map.of(
                    MessagePurpose.WINDOW_POST,
                    List.of(control, SenderFixtures.WORKER),
                    MessagePurpose.REPAY_DEBT,
                    List.of(control))));
  }

  public static SectorOrder order(long number) {
    return new SectorOrder(
        SectorId.of(1000, number),
        SectorSize.SIZE_2KIB.sealProofV1_1(),
        List.of(new SectorOrder.PieceSource("/data/a picture.png", 1000, 1024)));
  }

  /** The repayment of three FIL, asked for in {@code epoch}. */
  public static MinerEvent.DebtRepaymentAsked repaymentAsked(long repayment, long epoch) {
    return new MinerEvent.DebtRepaymentAsked(
        TokenAmount.ofFil(3),
        MinerMessages.repayDebt(
            MINER, SenderFixtures.WORKER, repayment, TokenAmount.ofFil(3), new Epoch(epoch + 9)),
        SenderFixtures.stamp(epoch));
  }

  /** A quarter of a sector, of a deal that starts at epoch 5,000. */
  public static PieceSource piece(String name) {
    return new PieceSource(name, 500, 512)
        .activating(new PieceActivation.MarketDeal(7), ExpirationBounds.atLeast(new Epoch(600_000)))
        .starting(new Epoch(5_000));
  }

  /** {@code piece} of the order of its source's name comes into sector {@code number}. */
  public static MinerEvent.PiecePacked packed(
      long number, PieceSource piece, long offset, long epoch) {
    return new MinerEvent.PiecePacked(
        SectorId.of(1000, number),
        SectorSize.SIZE_2KIB.sealProofV1_1(),
        new PackedPiece(piece.source(), piece, offset),
        Optional.empty(),
        SenderFixtures.stamp(epoch));
  }

  /** One of every event. */
  public static List<MinerEvent> events() {
    return List.of(
        new MinerEvent.MinerConfigured(config(), SenderFixtures.stamp(1)),
        new MinerEvent.SectorOrdered("order-1", order(3), SenderFixtures.stamp(2)),
        new MinerEvent.SectorSetInMotion(new SectorNumber(3), SenderFixtures.stamp(3)),
        new MinerEvent.SectorCameToRest(new SectorNumber(3), SenderFixtures.stamp(4)),
        repaymentAsked(1, 5),
        new MinerEvent.DebtRepaymentEnded(
            "f01000/debt/1", true, "exit code 0", SenderFixtures.stamp(6)),
        packed(4, piece("a"), 0, 7),
        packed(4, piece("b"), 512, 8),
        new MinerEvent.PieceWithdrawn("a", new SectorNumber(4), SenderFixtures.stamp(9)),
        new MinerEvent.SectorClosed(new SectorNumber(4), "it is full", SenderFixtures.stamp(10)));
  }
}
