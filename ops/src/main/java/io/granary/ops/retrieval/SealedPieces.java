package io.granary.ops.retrieval;

import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceReader;
import java.util.List;
import java.util.Optional;

/** Pieces that can be read, and the jobs that decode those that cannot. Thread-safe. */
interface SealedPieces extends PieceReader {
  /** The job that decodes a piece; empty when no node that is known has its sector's replica. */
  Optional<JobSpec.Unseal> job(Commitment commP);

  /** The pieces that could be decoded. */
  List<Lookup.Sealed> sealed();
}
