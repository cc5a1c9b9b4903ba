package io.granary.protocol.deal;

import io.granary.protocol.address.Address;
import java.util.Set;

/**
 * What deals a provider takes. Lengths of time are epochs, sizes padded bytes.
 *
 * @param ask prices and sizes; its miner is the provider, in its f0 form
 * @param transferTypes how data may be fetched: {@link Transfer#HTTP}, {@link Transfer#LIBP2P}
 * @param allowed clients that are taken, by any of their addresses; empty for all
 * @param denied clients that are not, even if allowed
 * @param collateralFactorMax how many times the chain's minimum the provider's collateral may be
 * @param sealEpochs how long it takes from acceptance to an active sector
 * @param startAheadEpochsMax how long after that an online deal may start
 * @param terms the chain's bounds
 */
public record DealPolicy(
    StorageAsk ask,
    Kinds kinds,
    Set<String> transferTypes,
    Set<Address> allowed,
    Set<Address> denied,
    long collateralFactorMax,
    long sealEpochs,
    long startAheadEpochsMax,
    ChainBounds terms) {
  public DealPolicy {
    if (ask.miner().protocol() != 0) {
      throw new IllegalArgumentException("ask: expected an f0 address, got " + ask.miner());
    }
    transferTypes = Set.copyOf(transferTypes);
    allowed = Set.copyOf(allowed);
    denied = Set.copyOf(denied);
    requireAtLeast(1, collateralFactorMax, "collateral factor");
    requireAtLeast(0, sealEpochs, "seal epochs");
    requireAtLeast(1, startAheadEpochsMax, "start ahead epochs");
  }

  /** Which kinds are taken at all. */
  public record Kinds(boolean online, boolean offline, boolean verified, boolean unverified) {
    public static final Kinds ALL = new Kinds(true, true, true, true);
  }

  /**
   * What the market actor takes (builtin-actors market policy).
   *
   * @param durationMin from start to end
   * @param durationMax from start to end, and from now to the end
   */
  public record ChainBounds(long durationMin, long durationMax) {
    /** 180 days to 1278 days, on every network. */
    public static final ChainBounds DEFAULT = new ChainBounds(518_400, 3_680_640);

    public ChainBounds {
      requireAtLeast(1, durationMin, "shortest deal");
      requireAtLeast(durationMin, durationMax, "longest deal");
    }
  }

  private static void requireAtLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": expected at least " + least + ", got " + value);
    }
  }

  /**
   * Boost's defaults: every kind, over HTTP, every client, twice the minimum, a day to seal, 14
   * days ahead.
   */
  public static DealPolicy of(StorageAsk ask) {
    return new DealPolicy(
        ask,
        Kinds.ALL,
        Set.of(Transfer.HTTP),
        Set.of(),
        Set.of(),
        2,
        2_880,
        14 * 2_880L,
        ChainBounds.DEFAULT);
  }
}
