package io.granary.bridge.libp2p.limit;

/** Who opened it. */
public enum Direction {
  IN,
  OUT
}
