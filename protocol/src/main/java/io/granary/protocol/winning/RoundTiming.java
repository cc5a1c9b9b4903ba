package io.granary.protocol.winning;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSet;
import java.time.Duration;
import java.time.Instant;

/**
 * When rounds begin and end. A round on top of a base with {@code n} empty rounds between is for
 * epoch height + n + 1. It begins when blocks of the epoch before have had time to arrive, and its
 * block carries, and must not be seen before, the epoch's own time stamp (chain.md 6.1).
 *
 * @param blockDelay an epoch, as the chain node tells it
 * @param propagation time for the base's blocks to arrive (mainnet 10 s)
 * @param equivocation least age of the base, from which two blocks of one miner are known for what
 *     they are (mainnet 2 s after propagation began)
 */
public record RoundTiming(Duration blockDelay, Duration propagation, Duration equivocation) {
  public RoundTiming {
    if (blockDelay.toSeconds() < 1) {
      throw new IllegalArgumentException("block delay: at least 1 s, got " + blockDelay);
    }
    if (propagation.isNegative() || equivocation.isNegative()) {
      throw new IllegalArgumentException("propagation and equivocation: must not be negative");
    }
    if (propagation.compareTo(blockDelay) >= 0) {
      throw new IllegalArgumentException(
          "propagation: must be below the block delay of " + blockDelay + ", got " + propagation);
    }
  }

  /** Empty rounds between {@code base} and the round that is due at {@code now}; 0 before any. */
  public long nullRounds(TipSet base, Instant now) {
    Duration since = Duration.between(stamp(base).plus(propagation), now);
    return since.isNegative() ? 0 : since.dividedBy(blockDelay);
  }

  /** The epoch of the round with {@code nullRounds} empty ones below it. */
  public static Epoch epoch(TipSet base, long nullRounds) {
    return base.height().plus(nullRounds + 1);
  }

  /** When that round may begin. */
  public Instant begin(TipSet base, long nullRounds) {
    return stamp(base).plus(blockDelay.multipliedBy(nullRounds)).plus(propagation);
  }

  /** The Unix seconds that block of that round carries; it is sent then and not before. */
  public long timestamp(TipSet base, long nullRounds) {
    return base.blocks().get(0).timestamp() + blockDelay.toSeconds() * (nullRounds + 1);
  }

  /** From when on {@code base} is old enough to be built on. */
  public Instant settled(TipSet base) {
    return stamp(base).plus(equivocation);
  }

  private static Instant stamp(TipSet base) {
    return Instant.ofEpochSecond(base.blocks().get(0).timestamp());
  }
}
