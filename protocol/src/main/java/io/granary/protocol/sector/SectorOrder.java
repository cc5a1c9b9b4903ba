package io.granary.protocol.sector;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.Optional;

/**
 * What the miner asks a new sector to become.
 *
 * @param pieces files to fill it with, in order; none for committed capacity
 */
public record SectorOrder(
    SectorId sector, RegisteredSealProof sealProof, List<PieceSource> pieces) {
  public SectorOrder {
    pieces = List.copyOf(pieces);
  }

  /**
   * A file to import.
   *
   * @param source absolute path on the node that imports it, or a deal's staged file ({@link
   *     io.granary.protocol.deal.StagedFile#source}), wherever that lies
   * @param payloadBytes length of the file
   * @param paddedBytes the piece it becomes: a power of two of at least 128
   * @param activation what the commit connects it with; data of one's own has none
   * @param bounds when its sector has to expire; data of one's own does not mind
   * @param commP what the data has to hash to; data of one's own, and orders of before this was
   *     asked, take what there is
   */
  public record PieceSource(
      String source,
      long payloadBytes,
      long paddedBytes,
      Optional<PieceActivation> activation,
      Optional<ExpirationBounds> bounds,
      Optional<Commitment> commP) {
    /** A file that belongs to no deal. */
    public PieceSource(String source, long payloadBytes, long paddedBytes) {
      this(source, payloadBytes, paddedBytes, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same file for a deal, in a sector that expires within {@code bounds}. */
    public PieceSource activating(PieceActivation deal, ExpirationBounds bounds) {
      return new PieceSource(
          source, payloadBytes, paddedBytes, Optional.of(deal), Optional.of(bounds), commP);
    }

    /** The same file for a deal that any sector of the miner outlives. */
    public PieceSource activating(PieceActivation deal) {
      return new PieceSource(
          source, payloadBytes, paddedBytes, Optional.of(deal), Optional.empty(), commP);
    }

    /** The same file, which a sector takes only with this commitment. */
    public PieceSource requiring(Commitment expected) {
      return new PieceSource(
          source, payloadBytes, paddedBytes, activation, bounds, Optional.of(expected));
    }

    /** Whether data with the commitment {@code found} is not what was ordered. */
    public boolean differs(Commitment found) {
      return commP.isPresent() && !commP.get().equals(found);
    }
  }
}
