package io.granary.protocol.sector;

import io.granary.protocol.Epoch;

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

  /** The sector was skipped, or the chain holds it faulty. */
  record FoundFaulty(String reason, Epoch epoch) implements SectorObservation {}

  /** Its files read well again and the chain was told so; its next window PoSt includes it. */
  record RecoveryDeclared(Epoch epoch) implements SectorObservation {}

  /** A window PoSt that covers the recovering sector landed. */
  record Recovered(Epoch epoch) implements SectorObservation {}
}
