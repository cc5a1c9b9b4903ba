package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
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

  /** By when the first of its pieces has to be active; empty when none of them says. */
  public Optional<Epoch> startEpoch() {
    return pieces.stream().flatMap(piece -> piece.startEpoch().stream()).min(Epoch::compareTo);
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
   * @param startEpoch by when its sector has to be active: the start of the deal; data of one's
   *     own, and orders of before this was told, have none
   */
  public record PieceSource(
      String source,
      long payloadBytes,
      long paddedBytes,
      Optional<PieceActivation> activation,
      Optional<ExpirationBounds> bounds,
      Optional<Commitment> commP,
      Optional<Epoch> startEpoch) {
    /** A file that belongs to no deal. */
    public PieceSource(String source, long payloadBytes, long paddedBytes) {
      this(source, payloadBytes, paddedBytes, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A piece whose sector no epoch waits for. */
    public PieceSource(
        String source,
        long payloadBytes,
        long paddedBytes,
        Optional<PieceActivation> activation,
        Optional<ExpirationBounds> bounds,
        Optional<Commitment> commP) {
      this(source, payloadBytes, paddedBytes, activation, bounds, commP, Optional.empty());
    }

    /** The same file for a deal, in a sector that expires within {@code bounds}. */
    public PieceSource activating(PieceActivation deal, ExpirationBounds bounds) {
      return new PieceSource(
          source,
          payloadBytes,
          paddedBytes,
          Optional.of(deal),
          Optional.of(bounds),
          commP,
          startEpoch);
    }

    /** The same file for a deal that any sector of the miner outlives. */
    public PieceSource activating(PieceActivation deal) {
      return new PieceSource(
          source,
          payloadBytes,
          paddedBytes,
          Optional.of(deal),
          Optional.empty(),
          commP,
          startEpoch);
    }

    /** The same file, which a sector takes only with this commitment. */
    public PieceSource requiring(Commitment expected) {
      return new PieceSource(
          source, payloadBytes, paddedBytes, activation, bounds, Optional.of(expected), startEpoch);
    }

    /** The same file, whose sector has to be active by {@code start}. */
    public PieceSource starting(Epoch start) {
      return new PieceSource(
          source, payloadBytes, paddedBytes, activation, bounds, commP, Optional.of(start));
    }

    /** Whether data with the commitment {@code found} is not what was ordered. */
    public boolean differs(Commitment found) {
      return commP.isPresent() && !commP.get().equals(found);
    }
  }
}
