package io.granary.protocol.miner;

import static io.granary.protocol.sender.SenderFixtures.stamp;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A random life of a miner that orders sectors, which move and come to rest. */
public final class MinerLife {
  private final Random random;
  private MinerState state = new MinerState.Unconfigured();
  private long steps;

  /** A life that {@code random} decides; its first event configures the miner. */
  public MinerLife(Random random) {
    this.random = random;
  }

  public MinerState state() {
    return state;
  }

  /** The next event, already taken in. */
  public MinerEvent next() {
    MinerEvent event = draw();
    state = state.on(event);
    steps++;
    return event;
  }

  private MinerEvent draw() {
    if (!(state instanceof MinerState.Configured configured)) {
      return new MinerEvent.MinerConfigured(MinerFixtures.config(), stamp(steps));
    }
    SectorNumber some = new SectorNumber(random.nextInt((int) configured.nextNumber() + 1));
    return switch (random.nextInt(9)) {
      case 6, 7 -> packed(configured);
      case 8 -> closed(configured);
      case 0 ->
          new MinerEvent.SectorOrdered(
              "order-" + steps,
              MinerFixtures.order(configured.nextNumber() + random.nextInt(3)),
              stamp(steps));
      case 1 -> new MinerEvent.SectorSetInMotion(some, stamp(steps));
      case 2 -> new MinerEvent.SectorCameToRest(some, stamp(steps));
      case 3 -> MinerFixtures.repaymentAsked(configured.debt().repayments() + 1, steps);
      case 4 -> new MinerEvent.DebtRepaymentEnded("f01000/debt/1", false, "EXPIRED", stamp(steps));
      default -> new MinerEvent.MinerConfigured(MinerFixtures.config(), stamp(steps));
    };
  }

  private MinerEvent packed(MinerState.Configured configured) {
    Packing packing = new Packing(new PackingPolicy(Duration.ofDays(1), 1, 3));
    PieceSource piece =
        new PieceSource("/data/" + steps, 100, 128L << random.nextInt(4))
            .starting(new Epoch(10_000 + steps));
    String order = "order-" + steps;
    return packing
        .joined(configured, order, piece, stamp(steps))
        .orElseGet(() -> List.of(MinerFixtures.packed(configured.nextNumber(), piece, 0, steps)))
        .get(0);
  }

  private MinerEvent closed(MinerState.Configured configured) {
    if (configured.open().isEmpty()) {
      return new MinerEvent.MinerConfigured(MinerFixtures.config(), stamp(steps));
    }
    OpenSector first = configured.open().values().iterator().next();
    return random.nextBoolean()
        ? new MinerEvent.SectorClosed(first.sector().number(), "", stamp(steps))
        : new MinerEvent.PieceWithdrawn(
            first.pieces().get(0).orderId(), first.sector().number(), stamp(steps));
  }
}
