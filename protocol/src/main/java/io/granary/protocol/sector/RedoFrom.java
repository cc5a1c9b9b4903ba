package io.granary.protocol.sector;

/** The stage from which work has to be done again. */
public enum RedoFrom {
  /**
   * Labels, replica and trees. Whole layers that are still there are used again by the prover, so
   * this costs what is missing and no more.
   */
  PRE_COMMIT_1,
  /** The vanilla proofs and what follows. */
  COMMIT_1
}
