package io.granary.devnet.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.hash.Blake2b;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A beacon that anyone can compute: the data of a round is the hash of seed and round. With an
 * empty seed it gives the entries of the recorded chain's mock beacon.
 */
public final class Beacon {
  /** How far the round of an epoch is ahead of it, as recorded. */
  private static final long ROUND_OFFSET = 100;

  private final byte[] seed;

  public Beacon(Bytes seed) {
    this.seed = seed.toArray();
  }

  /** The entry whose round belongs to {@code epoch}; epochs before genesis share genesis's. */
  public BeaconEntry at(long epoch) {
    long round = Math.max(0, epoch) + ROUND_OFFSET;
    byte[] input = ByteBuffer.allocate(seed.length + Long.BYTES).put(seed).putLong(round).array();
    return new BeaconEntry(round, Blake2b.hash256(Bytes.of(input)));
  }

  /** The entries of the epochs after {@code below} up to {@code epoch}, as a block carries them. */
  List<BeaconEntry> entries(long below, long epoch) {
    List<BeaconEntry> entries = new ArrayList<>();
    for (long e = below + 1; e <= epoch; e++) {
      entries.add(at(e));
    }
    return entries;
  }
}
