package io.granary.protocol.miner;

import static io.granary.protocol.sender.SenderFixtures.stamp;

import io.granary.protocol.SectorNumber;
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
    return switch (random.nextInt(6)) {
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
}
