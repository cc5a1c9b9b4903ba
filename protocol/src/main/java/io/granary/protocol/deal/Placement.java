package io.granary.protocol.deal;

import io.granary.protocol.SectorId;

/**
 * Where the piece lies, or will.
 *
 * @param offset padded bytes from the start of the sector: until the sector is sealed as the order
 *     was answered, and lower when pieces before it leave the sector while that is open
 * @param damaged how many sectors in a row found the piece's data damaged: those before this one,
 *     and this one when it is {@code spent}
 * @param spent whether this sector is one of them: the piece does not get into it any more
 */
public record Placement(SectorId sector, long offset, int damaged, boolean spent) {
  public Placement {
    if (damaged < 0) {
      throw new IllegalArgumentException("placement: " + damaged + " damages");
    }
  }

  /** A place of a piece whose data nobody found damaged. */
  public Placement(SectorId sector, long offset) {
    this(sector, offset, 0, false);
  }

  /**
   * The same sector, where the piece turns out to lie {@code finalOffset} padded bytes from its
   * start.
   */
  public Placement at(long finalOffset) {
    return new Placement(sector, finalOffset, damaged, spent);
  }

  /** This sector found the data damaged. */
  Placement spoilt() {
    return new Placement(sector, offset, Math.addExact(damaged, 1), true);
  }

  /** An operator's retry counts anew. */
  Placement retried() {
    return new Placement(sector, offset, 0, spent);
  }
}
