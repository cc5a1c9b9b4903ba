package io.granary.protocol.sector;

import java.util.List;

/** What a sector answers to an order. */
public sealed interface SectorDecision {
  /** Accepted, and nothing changes: it was asked before. */
  SectorDecision NOTHING = new Accepted(List.of());

  /** {@code events} follow, possibly none. */
  record Accepted(List<SectorEvent> events) implements SectorDecision {
    public Accepted {
      events = List.copyOf(events);
    }
  }

  record Refused(SectorRefusal code, String detail) implements SectorDecision {}
}
