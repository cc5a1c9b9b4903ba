package io.granary.protocol.sector;

import io.granary.protocol.Epoch;

/**
 * When the sector of a piece has to expire. The market activates no deal that ends after its sector
 * (builtin-actors market/src/lib.rs), and an allocation can only be claimed by a sector whose life
 * is no longer than its longest term (verifreg/src/lib.rs): whoever orders the sector takes the
 * latest as now and that term, since a sector is activated later.
 *
 * @param earliest the end of the deal
 * @param latest none for data without DataCap: {@link #UNBOUNDED}
 */
public record ExpirationBounds(Epoch earliest, Epoch latest) {
  /** Later than any expiration. */
  public static final Epoch UNBOUNDED = new Epoch(Long.MAX_VALUE);

  public ExpirationBounds {
    if (latest.value() < earliest.value()) {
      throw new IllegalArgumentException(
          "expiration bounds: latest " + latest + " lies before earliest " + earliest);
    }
  }

  /** A sector that must last until {@code end}, however much longer. */
  public static ExpirationBounds atLeast(Epoch end) {
    return new ExpirationBounds(end, UNBOUNDED);
  }
}
