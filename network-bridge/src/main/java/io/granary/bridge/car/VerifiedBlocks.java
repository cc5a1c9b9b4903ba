package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.util.Optional;

/**
 * Blocks of another source that are compared with their CIDs before anybody sees them. An identity
 * CID carries its block, the source is not asked.
 */
public final class VerifiedBlocks implements BlockSource {
  private final BlockSource source;
  private final int blockBytesMax;

  /**
   * @param blockBytesMax the longest block that is passed on, in bytes
   */
  public VerifiedBlocks(BlockSource source, int blockBytesMax) {
    this.source = source;
    this.blockBytesMax = blockBytesMax;
  }

  /**
   * {@inheritDoc}
   *
   * @throws BlockException when the source gives bytes that are too many or not the CID's, or when
   *     the CID's hash function is not known
   */
  @Override
  public Optional<Bytes> block(Cid cid) throws IOException {
    if (cid.multihashCode() == Cid.IDENTITY) {
      return Optional.of(cid.digest());
    }
    if (BlockHash.of(cid).isEmpty()) {
      throw new BlockException(cid, "its hash function 0x" + hex(cid) + " is not known");
    }
    Optional<Bytes> found = source.block(cid);
    if (found.isPresent()) {
      check(cid, found.get());
    }
    return found;
  }

  private void check(Cid cid, Bytes data) {
    if (data.length() > blockBytesMax) {
      throw new BlockException(
          cid, data.length() + " bytes are more than the " + blockBytesMax + " allowed");
    }
    if (!BlockHash.matches(cid, data)) {
      throw new BlockException(cid, "the bytes found do not hash to it");
    }
  }

  private static String hex(Cid cid) {
    return Long.toHexString(cid.multihashCode());
  }
}
