package io.granary.prover.pool;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import java.util.List;

/**
 * Where a job wants to run: near the files it reads.
 *
 * @param sectors whose files it touches
 * @param blobs it reads; of a deal's staged file no sha256 is known
 * @param need how much it needs them where it runs
 */
record JobInputs(List<SectorId> sectors, List<BlobRef> blobs, Need need) {
  /** What a job does without its inputs on the worker's own paths. */
  enum Need {
    /** It can be the first that touches its sector: any worker will do. */
    NONE,
    /** They must lie there. */
    HERE,
    /** They may lie on other nodes, which read them for it or hand them over. */
    ANYWHERE,
    /**
     * As {@link #ANYWHERE}; when they are gone, it is better to fail soon than to wait for them.
     */
    ANYWHERE_SOON
  }

  JobInputs {
    sectors = List.copyOf(sectors);
    blobs = List.copyOf(blobs);
  }

  static JobInputs of(JobSpec spec) {
    if (spec instanceof JobSpec.WindowPoStVanilla post) {
      return new JobInputs(
          post.sectors().stream().map(s -> new SectorId(post.miner(), s.number())).toList(),
          List.of(),
          Need.ANYWHERE);
    } else if (spec instanceof JobSpec.WindowPoStSnark post) {
      return new JobInputs(List.of(), post.vanilla(), Need.ANYWHERE_SOON);
    } else if (spec instanceof JobSpec.Commit2 commit2) {
      return new JobInputs(List.of(), List.of(commit2.commit1()), Need.ANYWHERE);
    } else if (spec instanceof JobSpec.AddPiece add && begins(add)) {
      return new JobInputs(List.of(add.sector()), staged(add), Need.NONE);
    } else if (spec instanceof JobSpec.OfSector ofSector) {
      return new JobInputs(
          List.of(ofSector.sector()), List.of(), begins(ofSector) ? Need.NONE : Need.HERE);
    }
    throw new IllegalStateException("no inputs known for " + spec.getClass());
  }

  /** A deal's data is best written where it is staged, and can be had from there. */
  private static List<BlobRef> staged(JobSpec.AddPiece add) {
    return StagedFile.ofSource(add.source(), add.payloadBytes())
        .map(file -> new BlobRef(file.storageId(), file.path(), file.payloadBytes(), Bytes.empty()))
        .stream()
        .toList();
  }

  /** Whether the job can be the first that touches its sector. */
  private static boolean begins(JobSpec.OfSector spec) {
    return (spec instanceof JobSpec.AddPiece add && add.existing().isEmpty())
        || (spec instanceof JobSpec.PreCommit1 pc1 && pc1.pieces().isEmpty());
  }
}
