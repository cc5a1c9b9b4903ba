package io.granary.protocol.deal;

import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * Whether the content can be found.
 *
 * @param indexedBlocks once the piece is indexed; 0 for data without blocks
 * @param advertisement the last one that announces it
 */
public record Exposure(Optional<Long> indexedBlocks, Optional<Cid> advertisement) {
  public static final Exposure NONE = new Exposure(Optional.empty(), Optional.empty());

  Exposure indexed(long blocks) {
    return new Exposure(Optional.of(blocks), advertisement);
  }

  Exposure announced(Cid by) {
    return new Exposure(indexedBlocks, Optional.of(by));
  }

  /** Whether nothing is left to do of what {@code terms} ask. */
  public boolean complete(DealTerms terms) {
    return indexedBlocks.isPresent() && (advertisement.isPresent() || !terms.announce());
  }
}
