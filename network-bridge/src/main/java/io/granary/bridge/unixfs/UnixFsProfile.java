package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.util.List;

/**
 * The choices that decide a file's CID (kubo {@code ipfs add} and its Import settings; IPIP-499).
 *
 * @param cidVersion of dag-pb nodes: 0 or 1
 * @param rawLeaves whether the parts of a file are bare bytes, not wrapped in UnixFS
 * @param chunkBytes length of a part
 * @param linksMax most links of a file's node
 * @param folderSize how a folder's size is measured
 * @param folderBytesMax a folder that is larger is sharded
 */
public record UnixFsProfile(
    int cidVersion,
    boolean rawLeaves,
    int chunkBytes,
    int linksMax,
    FolderSize folderSize,
    int folderBytesMax) {
  /** How a folder's size is measured. */
  public enum FolderSize {
    /** The bytes of its links' names and CIDs. */
    LINKS,
    /** The bytes of its block. */
    BLOCK
  }

  /** {@code ipfs add --cid-version=1}, and ipfs-unixfs-importer without options. */
  public static final UnixFsProfile KUBO_CID_V1 =
      new UnixFsProfile(1, true, 256 << 10, 174, FolderSize.LINKS, 256 << 10);

  /** {@code ipfs add} without options (profile unixfs-v0-2015): CIDs that start with Qm. */
  public static final UnixFsProfile KUBO_CID_V0 =
      new UnixFsProfile(0, false, 256 << 10, 174, FolderSize.LINKS, 256 << 10);

  /** The profile unixfs-v1-2025: parts of 1 MiB, 1024 links. */
  public static final UnixFsProfile UNIXFS_V1_2025 =
      new UnixFsProfile(1, true, 1 << 20, 1024, FolderSize.BLOCK, 256 << 10);

  public UnixFsProfile {
    if (cidVersion < 0 || cidVersion > 1) {
      throw new IllegalArgumentException("CID version must be 0 or 1, got " + cidVersion);
    }
    if (chunkBytes < 1 || chunkBytes > (2 << 20) - 64) {
      throw new IllegalArgumentException(
          "a part has 1 byte to 64 less than 2 MiB, got " + chunkBytes);
    }
    if (linksMax < 2 || linksMax > 8192 || folderBytesMax < 1) {
      throw new IllegalArgumentException(
          "2 to 8192 links and a folder of 1 byte or more, got "
              + linksMax
              + " and "
              + folderBytesMax);
    }
  }

  /** The CID of a dag-pb node. */
  Cid nodeCid(Bytes block) {
    Bytes digest = Sha256.hash(block);
    return cidVersion == 0 ? Cid.v0(digest) : Cid.of(Cid.DAG_PB, Cid.SHA2_256, digest);
  }

  /** The block that holds a part of a file. */
  Bytes leafBlock(Bytes content) {
    return rawLeaves ? content : PbNode.of(List.of(), UnixFsData.leaf(content).encode()).encode();
  }

  /** The CID of {@link #leafBlock}. */
  Cid leafCid(Bytes block) {
    return rawLeaves ? Cid.of(Cid.RAW, Cid.SHA2_256, Sha256.hash(block)) : nodeCid(block);
  }
}
