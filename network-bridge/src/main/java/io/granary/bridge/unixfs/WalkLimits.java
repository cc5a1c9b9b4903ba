package io.granary.bridge.unixfs;

/**
 * What a walk over a DAG may take: the DAG is somebody else's, and a small one can unfold to any
 * size.
 *
 * @param blockBytesMax longest block, in bytes
 * @param pathSegmentsMax names of a path
 * @param pendingLinksMax links that wait on the way down, some 120 bytes each; a chain of any
 *     length needs one
 * @param visitsMax blocks visited, repeated ones each time
 * @param knownBlocksMax blocks remembered when each is wanted once, 48 to 96 bytes each
 */
public record WalkLimits(
    int blockBytesMax,
    int pathSegmentsMax,
    int pendingLinksMax,
    long visitsMax,
    int knownBlocksMax) {
  /** Blocks of 2 MiB, 256 names, 200,000 waiting links, 16 million visits, 1 million known. */
  public static final WalkLimits DEFAULT =
      new WalkLimits(2 << 20, 256, 200_000, 16_000_000, 1_000_000);

  public WalkLimits {
    if (blockBytesMax < 1 || pathSegmentsMax < 0 || pendingLinksMax < 1) {
      throw new IllegalArgumentException(
          "walk limits: block "
              + blockBytesMax
              + ", path "
              + pathSegmentsMax
              + ", pending "
              + pendingLinksMax);
    }
    if (visitsMax < 1 || knownBlocksMax < 1) {
      throw new IllegalArgumentException(
          "walk limits: visits " + visitsMax + ", known blocks " + knownBlocksMax);
    }
  }
}
