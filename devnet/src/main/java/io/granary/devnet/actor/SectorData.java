package io.granary.devnet.actor;

import io.granary.protocol.SectorSize;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.util.List;

/** The data commitment of a sector from the pieces of its manifest (chain.md 1.3). */
final class SectorData {
  private SectorData() {}

  /** CommD of {@code pieces} in their order. Exits 16 for what is no piece or does not fit. */
  static Commitment commD(List<PieceActivationManifest> pieces, SectorSize size) {
    try {
      List<PieceInfo> infos =
          pieces.stream()
              .map(
                  piece -> new PieceInfo(piece.piece().toUnsealedCommitment(), piece.paddedBytes()))
              .toList();
      return SectorLayout.of(size.bytes(), infos).commD();
    } catch (IllegalArgumentException e) {
      throw ActorAbort.illegalArgument(
          "failed to compute unsealed sector CID: failed to compute unsealed sector CID; exit code:"
              + " illegal argument: "
              + e.getMessage());
    }
  }
}
