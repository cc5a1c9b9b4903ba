package io.granary.bridge.client;

/** How far a deal of ours is, as we know it. */
public enum DealStage {
  /** The proposal may have been sent; no answer is known. */
  PROPOSED,
  /** The provider has accepted. */
  ACCEPTED,
  /** The provider has refused: the deal is over. */
  REJECTED,
  /** The chain says that the deal's sector is proven. */
  ACTIVE,
  /** The provider says that the deal has ended with an error, or the chain that it was slashed. */
  FAILED;

  /** Whether nothing more comes of it while it is followed. */
  public boolean settled() {
    return this == REJECTED || this == ACTIVE || this == FAILED;
  }
}
