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
}
