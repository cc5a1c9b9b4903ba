package io.granary.protocol.job;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.List;

/** What a job that succeeded brought, one kind for each {@link JobSpec}. */
public sealed interface JobOutput {
  record PieceAdded(PieceInfo piece, FileLocation unsealed) implements JobOutput {}

  record PreCommit1Done(FileLocation cache) implements JobOutput {}

  record PreCommit2Done(Commitment commR, Commitment commD, FileLocation sealed, FileLocation cache)
      implements JobOutput {}

  record Commit1Done(BlobRef record) implements JobOutput {}

  /** The proof was verified by a process other than the one that made it. */
  record Commit2Done(Bytes proof) implements JobOutput {}

  record Finalized() implements JobOutput {}

  /** The replica answered correctly. One that does not is a failure of kind {@code DATA}. */
  record ReplicaChecked() implements JobOutput {}

  /** The bytes lie in {@code file}, to be deleted by who asked. */
  record Unsealed(BlobRef file) implements JobOutput {}

  record FilesRemoved() implements JobOutput {}

  /** No unsealed copy lies beside the replica any more, and the replica answered correctly. */
  record UnsealedDropped() implements JobOutput {}

  /** Per sector asked for: its vanilla proof, or why it has none. */
  record VanillaProofs(List<Proven> proven, List<Unreadable> unreadable) implements JobOutput {
    public VanillaProofs {
      proven = List.copyOf(proven);
      unreadable = List.copyOf(unreadable);
    }

    /** A sector whose vanilla proof was made and checked. */
    public record Proven(SectorNumber sector, BlobRef proof) {}

    /** A sector to be skipped, with the reason a person can act on. */
    public record Unreadable(SectorNumber sector, String reason) {}
  }

  /** One partition's proof, verified by a process other than the one that made it. */
  record WindowPoStDone(Bytes proof) implements JobOutput {}
}
