package io.granary.bridge.unixfs;

/**
 * What an export may write: the DAG is somebody else's, and a small one can unfold to any size.
 *
 * @param blockBytesMax longest block, in bytes
 * @param depthMax nodes below each other, those of files and shards counted too
 * @param nodesMax blocks read, repeated ones each time
 * @param bytesMax bytes of all files together
 */
public record ExportLimits(int blockBytesMax, int depthMax, long nodesMax, long bytesMax) {
  /** Blocks of 2 MiB, 512 deep, 16 million blocks, 1 TiB. */
  public static final ExportLimits DEFAULT = new ExportLimits(2 << 20, 512, 16_000_000, 1L << 40);

  public ExportLimits {
    if (blockBytesMax < 1 || depthMax < 1 || depthMax > 2048 || nodesMax < 1 || bytesMax < 0) {
      throw new IllegalArgumentException(
          "export limits: block "
              + blockBytesMax
              + ", depth "
              + depthMax
              + ", nodes "
              + nodesMax
              + ", bytes "
              + bytesMax);
    }
  }
}
