package io.granary.bridge.client;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.Optional;
import java.util.OptionalLong;

/** Pieces by their CIDs: version 1 names the commitment, version 2 the size too (FRC-0069). */
public final class PieceName {
  private static final int LEAF_BYTES = 32;
  private static final int HEIGHT_MAX = 36;

  private PieceName() {}

  /**
   * The piece that {@code cid} names; empty when it names no piece.
   *
   * @param paddedBytes the size, when it is known from elsewhere
   * @throws ClientException when the size is nowhere
   */
  public static Optional<PieceInfo> of(Cid cid, OptionalLong paddedBytes) {
    if (cid.bytes().startsWith(Cid.UNSEALED_PREFIX)) {
      long size =
          paddedBytes.orElseThrow(
              () -> new ClientException("piece " + cid + " does not tell its size: --piece-size"));
      return Optional.of(new PieceInfo(cid.toUnsealedCommitment(), size));
    }
    if (cid.multihashCode() != Cid.FR32_SHA256_TRUNC254_PADBINTREE) {
      return Optional.empty();
    }
    Bytes digest = cid.digest();
    Varint.Read padding = Varint.decode(digest, 0, "piece padding");
    int height = digest.at(padding.next()) & 0xff;
    if (height > HEIGHT_MAX) {
      throw new ClientException("piece " + cid + " is larger than any sector");
    }
    Bytes root = digest.slice(padding.next() + 1, digest.length() - padding.next() - 1);
    return Optional.of(new PieceInfo(new Commitment(root), (long) LEAF_BYTES << height));
  }
}
