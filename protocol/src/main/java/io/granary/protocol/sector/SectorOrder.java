package io.granary.protocol.sector;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import java.util.List;

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
   * @param source absolute path on the node that imports it
   * @param payloadBytes length of the file
   * @param paddedBytes the piece it becomes: a power of two of at least 128
   */
  public record PieceSource(String source, long payloadBytes, long paddedBytes) {}
}
