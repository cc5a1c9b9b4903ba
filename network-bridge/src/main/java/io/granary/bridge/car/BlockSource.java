package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.util.Optional;

/** Where blocks are had by their CID. */
@FunctionalInterface
public interface BlockSource {
  /**
   * The block's bytes, or empty when the source has no such block.
   *
   * @throws IOException when the source cannot be read
   */
  Optional<Bytes> block(Cid cid) throws IOException;

  /**
   * Hears which blocks will be asked for, the next one first, in this order and as far as is known,
   * so that they can be read ahead. Blocks that are not known yet may come in between.
   */
  default void expect(Iterable<Cid> next) {}
}
