package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;

/** The interactive challenge: 32 bytes drawn from the beacon at {@code epoch} (chain.md 4.3). */
public record Seed(Bytes value, Epoch epoch) {
  public Seed {
    value.requireLength(32, "seed");
  }
}
