package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import java.util.Optional;

/**
 * What a proving deadline tells a sector of what it saw on chain or in a proof. Only changes and
 * the first proof are told, so that a sector's history stays short; the outcome of every period
 * stands in the deadline's.
 */
public sealed interface SectorObservation {
  /** The epoch of what was seen. */
  Epoch epoch();

  /** A window PoSt that covers the sector landed: its power counts from here. */
  record ProvenAt(Epoch periodStart, Epoch epoch) implements SectorObservation {}

  /**
   * The sector was skipped, or the chain holds it faulty.
   *
   * @param challenge the window PoSt randomness (32 bytes, top bits cleared) whose challenge its
   *     files did not answer, when that is known: damage lies anywhere in a replica and a challenge
   *     reads a small part, so only the same challenge tells whether the damage is gone
   */
  record FoundFaulty(String reason, Epoch epoch, Optional<Bytes> challenge)
      implements SectorObservation {
    public FoundFaulty(String reason, Epoch epoch) {
      this(reason, epoch, Optional.empty());
    }
  }

  /** Its files read well again and the chain was told so; its next window PoSt includes it. */
  record RecoveryDeclared(Epoch epoch) implements SectorObservation {}

  /** A window PoSt that covers the recovering sector landed. */
  record Recovered(Epoch epoch) implements SectorObservation {}
}
