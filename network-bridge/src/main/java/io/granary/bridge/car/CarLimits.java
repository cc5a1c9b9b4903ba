package io.granary.bridge.car;

import io.granary.protocol.cid.Cid;

/**
 * What a CAR may ask of its reader.
 *
 * @param headerBytesMax longest header without its length, in bytes; 1 MiB holds 25,000 roots,
 *     go-car allows 32 MiB
 * @param sectionBytesMax longest section without its length, in bytes: CID and block; Boost and
 *     Curio index up to 32 MiB
 */
public record CarLimits(int headerBytesMax, int sectionBytesMax) {
  /** A header of 1 MiB, sections of 32 MiB. */
  public static final CarLimits DEFAULT = new CarLimits(1 << 20, 32 << 20);

  public CarLimits {
    if (headerBytesMax < 16 || sectionBytesMax < Cid.MAX_BYTES) {
      throw new IllegalArgumentException(
          "CAR limits: a header takes 16 bytes and a section "
              + Cid.MAX_BYTES
              + ", got "
              + headerBytesMax
              + " and "
              + sectionBytesMax);
    }
  }
}
