package io.granary.prover.pool;

import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobSpec;

/**
 * What a job takes of its worker's machine while it runs (proofs.md 4.2 and 8; anchors.md 2.1).
 * Jobs that only wait for a disk count for nothing; those that use every core they get count for
 * one, so that their number is bounded and none waits for all the others.
 */
public final class JobCosts {
  private static final long GIB = 1L << 30;

  private JobCosts() {}

  static Resources of(JobSpec spec) {
    if (spec instanceof JobSpec.WindowPoStSnark post) {
      SectorSize size = post.postProof().sectorSize();
      return post.postProof().isWindow() ? windowPoSt(size) : winningPoSt(size);
    } else if (spec instanceof JobSpec.PreCommit1 pc1) {
      return labelling(pc1.sealProof().sectorSize());
    } else if (spec instanceof JobSpec.Unseal unseal) {
      return labelling(unseal.sealProof().sectorSize());
    } else if (spec instanceof JobSpec.PreCommit2 pc2) {
      return new Resources(1, isProduction(pc2) ? 64 * GIB : GIB / 2, 0);
    } else if (spec instanceof JobSpec.Commit2 commit2) {
      return new Resources(1, isProduction(commit2) ? 203 * GIB : 4 * GIB, 0);
    }
    return Resources.NONE;
  }

  /** To seal, and again to decode: two layers of labels in memory, one core. */
  private static Resources labelling(SectorSize size) {
    return new Resources(1, 2 * size.bytes() + GIB / 4, 0);
  }

  /** What one partition's proof takes. */
  public static Resources windowPoSt(SectorSize size) {
    return new Resources(1, isProduction(size) ? 96 * GIB : GIB / 2, 0);
  }

  /**
   * What the proof for one block takes: 66 challenges of one sector, parameters of 184 MiB at 32
   * GiB. No core, because it is over in seconds and worthless after them. The memory is what lotus
   * allows it for large sectors; for small ones 400 MiB were seen.
   */
  public static Resources winningPoSt(SectorSize size) {
    return new Resources(0, isProduction(size) ? GIB : GIB / 2, 0);
  }

  private static boolean isProduction(JobSpec.OfSector spec) {
    return isProduction(spec.sealProof().sectorSize());
  }

  private static boolean isProduction(SectorSize size) {
    return size.bytes() >= SectorSize.SIZE_32GIB.bytes();
  }
}
