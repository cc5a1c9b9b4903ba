package io.granary.protocol.deal;

import io.granary.protocol.SectorId;

/**
 * Where the piece lies, or will.
 *
 * @param offset padded bytes from the start of the sector, as the order was answered: it lies lower
 *     when a piece before it left the sector while that was open, which the sector's events tell
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

  /** This sector found the data damaged. */
  Placement spoilt() {
    return new Placement(sector, offset, Math.addExact(damaged, 1), true);
  }

  /** An operator's retry counts anew. */
  Placement retried() {
    return new Placement(sector, offset, 0, spent);
  }
}
