package io.granary.persistence.codec;

import io.granary.protocol.SectorId;

/** A small machine's events, for the tests of the journal. */
public sealed interface NoteEvent {
  /** A sector was noted. */
  record Noted(SectorId sector) implements NoteEvent {}

  /** A line was written. */
  record Written(String line) implements NoteEvent {
    public Written {
      if (line.isEmpty()) {
        throw new IllegalArgumentException("line: empty");
      }
    }
  }
}
