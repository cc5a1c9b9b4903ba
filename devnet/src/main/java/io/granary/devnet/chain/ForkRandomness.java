package io.granary.devnet.chain;

import io.granary.devnet.actor.ChainRandomness;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.hash.Blake2b;

/** The randomness that the chain ending in {@code base} gives (chain.md 4.2). */
public final class ForkRandomness implements ChainRandomness {
  private final ExecutedTipSet base;
  private final Beacon beacon;

  public ForkRandomness(ExecutedTipSet base, Beacon beacon) {
    this.base = base;
    this.beacon = beacon;
  }

  @Override
  public Bytes fromTickets(RandomnessTag tag, long epoch, Bytes entropy) {
    return Randomness.drawFromDigest(tag, ticketDigest(epoch), new Epoch(epoch), entropy);
  }

  @Override
  public Bytes fromBeacon(RandomnessTag tag, long epoch, Bytes entropy) {
    return Randomness.drawFromDigest(tag, beaconDigest(epoch), new Epoch(epoch), entropy);
  }

  /** The hash of the ticket that draws at {@code epoch} start from. */
  public Bytes ticketDigest(long epoch) {
    requirePast(epoch);
    return Blake2b.hash256(base.atOrAbove(Math.max(0, epoch)).ticket());
  }

  /** The hash of the beacon entry that draws at {@code epoch} start from. */
  public Bytes beaconDigest(long epoch) {
    requirePast(epoch);
    return Blake2b.hash256(beacon.at(epoch).data());
  }

  private void requirePast(long epoch) {
    if (epoch > base.height()) {
      throw new FutureEpochException();
    }
  }
}
