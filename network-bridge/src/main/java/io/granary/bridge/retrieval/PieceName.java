package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a piece CID says: version 1 the commitment alone, version 2 (FRC-0069) also the size of the
 * piece and of its data.
 *
 * @param size of the piece and its data, with version 2
 */
public record PieceName(Cid cid, Commitment commP, Optional<Size> size) {
  /** Heights of trees over 32-byte leaves: from 128 bytes to 2^41. */
  private static final int HEIGHT_MIN = 2;

  private static final int HEIGHT_MAX = 36;
  private static final int ROOT_BYTES = 32;

  /** Padded bytes of the piece, bytes of data. */
  public record Size(long paddedBytes, long payloadBytes) {}

  /**
   * Reads a piece CID of either version.
   *
   * @throws HttpProblem 400 when {@code text} is none
   */
  static PieceName parse(String text) {
    Cid cid = CidText.parse(text);
    try {
      return of(cid);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "not a piece CID: " + e.getMessage());
    }
  }

  /** Whether {@code cid} is one of a piece, by its codec and hash function. */
  public static boolean isOne(Cid cid) {
    return isV2(cid) || cid.bytes().startsWith(Cid.UNSEALED_PREFIX);
  }

  /**
   * What {@code cid} says.
   *
   * @throws IllegalArgumentException when it is no piece CID
   */
  public static PieceName of(Cid cid) {
    return isV2(cid) ? v2(cid) : new PieceName(cid, cid.toUnsealedCommitment(), Optional.empty());
  }

  /** The piece; empty when the CID does not tell its size and {@code paddedBytes} does not. */
  public Optional<PieceInfo> piece(OptionalLong paddedBytes) {
    OptionalLong padded =
        size.isPresent() ? OptionalLong.of(size.get().paddedBytes()) : paddedBytes;
    return padded.isPresent()
        ? Optional.of(new PieceInfo(commP, padded.getAsLong()))
        : Optional.empty();
  }

  private static boolean isV2(Cid cid) {
    return cid.version() == 1
        && cid.codec() == Cid.RAW
        && cid.multihashCode() == Cid.FR32_SHA256_TRUNC254_PADBINTREE;
  }

  private static PieceName v2(Cid cid) {
    Bytes digest = cid.digest();
    Varint.Read padding = Varint.decode(digest, 0, "padding");
    if (digest.length() != padding.next() + 1 + ROOT_BYTES) {
      throw new IllegalArgumentException("digest of " + digest.length() + " bytes");
    }
    int height = digest.at(padding.next());
    if (height < HEIGHT_MIN || height > HEIGHT_MAX) {
      throw new IllegalArgumentException("height " + height);
    }
    Commitment commP = new Commitment(digest.slice(padding.next() + 1, ROOT_BYTES));
    PieceInfo piece = new PieceInfo(commP, (long) ROOT_BYTES << height);
    long payload = piece.unpaddedBytes() - padding.value();
    if (payload < 0) {
      throw new IllegalArgumentException("more padding than piece");
    }
    return new PieceName(cid, commP, Optional.of(new Size(piece.paddedBytes(), payload)));
  }
}
