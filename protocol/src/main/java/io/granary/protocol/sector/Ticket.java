package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;

/**
 * Seal randomness: 32 bytes drawn from the tickets of the chain at {@code epoch}, which is negative
 * on a young chain (chain.md 4.3).
 */
public record Ticket(Bytes value, Epoch epoch) {
  public Ticket {
    value.requireLength(32, "ticket");
  }
}
