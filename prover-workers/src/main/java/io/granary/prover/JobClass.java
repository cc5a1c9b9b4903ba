package io.granary.prover;

import io.granary.protocol.job.JobSpec;

/**
 * Jobs that compete for the same resource of a worker. Slots are counted for each class by itself,
 * so sealing can never take a slot that proving needs.
 */
public enum JobClass {
  /** Reads vanilla proofs of a deadline; disk bound. */
  POST_READ,
  /** Proves partitions of a deadline; cores or a GPU. */
  POST_PROVE,
  /** Reads the vanilla proof of a winning PoSt: an epoch is too short to wait for a partition. */
  WINNING_READ,
  /** Proves a winning PoSt; small, but within seconds. */
  WINNING_PROVE,
  /** Writes pieces and moves or deletes files; disk bound. */
  PIECE,
  /** Labels a graph: one core for hours at 32 GiB. */
  SDR,
  /** Encodes and proves seals: PC2 and C2. */
  GPU,
  /** Reads a sector's files: C1 and checks. */
  READ,
  /** Recovers data. */
  UNSEAL;

  /** Whether a deadline or an epoch waits for jobs of this class; they go before all others. */
  public boolean isPoSt() {
    return this == POST_READ || this == POST_PROVE || this == WINNING_READ || this == WINNING_PROVE;
  }

  /** The class that {@code spec} is run in. */
  public static JobClass of(JobSpec spec) {
    if (spec instanceof JobSpec.WindowPoStVanilla post) {
      return post.postProof().isWindow() ? POST_READ : WINNING_READ;
    } else if (spec instanceof JobSpec.WindowPoStSnark post) {
      return post.postProof().isWindow() ? POST_PROVE : WINNING_PROVE;
    } else if (spec instanceof JobSpec.PreCommit1) {
      return SDR;
    } else if (spec instanceof JobSpec.PreCommit2 || spec instanceof JobSpec.Commit2) {
      return GPU;
    } else if (spec instanceof JobSpec.Commit1 || spec instanceof JobSpec.CheckReplica) {
      return READ;
    } else if (spec instanceof JobSpec.Unseal) {
      return UNSEAL;
    } else if (spec instanceof JobSpec.AddPiece
        || spec instanceof JobSpec.Finalize
        || spec instanceof JobSpec.DropUnsealed
        || spec instanceof JobSpec.RemoveFiles) {
      return PIECE;
    }
    throw new IllegalStateException("no job class for " + spec.getClass());
  }
}
