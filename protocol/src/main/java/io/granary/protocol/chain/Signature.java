package io.granary.protocol.chain;

import io.granary.protocol.Bytes;

/** A signature and the kind of key that made it. */
public record Signature(Kind kind, Bytes data) {
  /** Signature types as numbered on chain (go-state-types crypto/signature.go). */
  public enum Kind {
    SECP256K1(1),
    BLS(2),
    DELEGATED(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }
}
