package io.granary.prover.pool;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import java.util.List;

/**
 * Where a job wants to run: near the files it reads.
 *
 * @param sectors whose files it touches
 * @param blobs it reads
 * @param needed whether it cannot do without any of these; otherwise a worker that has none will do
 */
record JobInputs(List<SectorId> sectors, List<BlobRef> blobs, boolean needed) {
  JobInputs {
    sectors = List.copyOf(sectors);
    blobs = List.copyOf(blobs);
  }

  static JobInputs of(JobSpec spec) {
    if (spec instanceof JobSpec.WindowPoStVanilla post) {
      return new JobInputs(
          post.sectors().stream().map(s -> new SectorId(post.miner(), s.number())).toList(),
          List.of(),
          true);
    } else if (spec instanceof JobSpec.WindowPoStSnark post) {
      return new JobInputs(List.of(), post.vanilla(), true);
    } else if (spec instanceof JobSpec.Commit2 commit2) {
      return new JobInputs(List.of(), List.of(commit2.commit1()), true);
    } else if (spec instanceof JobSpec.OfSector ofSector) {
      return new JobInputs(List.of(ofSector.sector()), List.of(), !begins(ofSector));
    }
    throw new IllegalStateException("no inputs known for " + spec.getClass());
  }

  /** Whether the job can be the first that touches its sector. */
  private static boolean begins(JobSpec.OfSector spec) {
    return (spec instanceof JobSpec.AddPiece add && add.existing().isEmpty())
        || (spec instanceof JobSpec.PreCommit1 pc1 && pc1.pieces().isEmpty());
  }
}
