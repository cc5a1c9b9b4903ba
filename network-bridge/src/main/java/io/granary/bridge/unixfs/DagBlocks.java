package io.granary.bridge.unixfs;

import io.granary.bridge.car.BlockSource;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Blocks of a DAG and what is in them. */
final class DagBlocks {
  /** Multicodecs of cbor and json, which know no links. */
  private static final long CBOR = 0x51;

  private static final long JSON = 0x0200;

  private final BlockSource source;
  private final int blockBytesMax;

  DagBlocks(BlockSource source, int blockBytesMax) {
    this.source = source;
    this.blockBytesMax = blockBytesMax;
  }

  /** The block of {@code cid}; when there is none, an exception of the kind {@code missing}. */
  Bytes load(Cid cid, UnixFsException.Kind missing) throws IOException {
    if (cid.multihashCode() == Cid.IDENTITY) {
      return cid.digest();
    }
    Bytes data =
        source.block(cid).orElseThrow(() -> new UnixFsException(missing, "no block " + cid));
    if (data.length() > blockBytesMax) {
      throw new UnixFsException(
          UnixFsException.Kind.LIMIT,
          "block " + cid + " of " + data.length() + " bytes, allowed are " + blockBytesMax);
    }
    return data;
  }

  /** See {@link BlockSource#expect}. */
  void expect(Iterable<Cid> next) {
    source.expect(next);
  }

  /** All links of a block. */
  static List<Cid> links(Cid cid, Bytes data) {
    long codec = cid.codec();
    if (codec == Cid.DAG_PB) {
      return PbNode.decode(data).links().stream().map(PbLink::cid).toList();
    }
    if (codec == Cid.DAG_CBOR) {
      return DagCbor.of(data).links(0);
    }
    if (codec == Cid.RAW || codec == CBOR || codec == JSON) {
      return List.of();
    }
    throw new UnixFsException(
        UnixFsException.Kind.UNSUPPORTED,
        "block " + cid + " has the codec 0x" + Long.toHexString(codec));
  }

  /** What the node says as UnixFS, or empty when it is another kind of dag-pb. */
  static Optional<UnixFsData> unixFs(PbNode node) {
    try {
      return node.data().map(UnixFsData::decode);
    } catch (UnixFsException e) {
      if (e.kind() == UnixFsException.Kind.MALFORMED) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
