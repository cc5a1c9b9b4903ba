package io.granary.bridge.unixfs;

/**
 * What an import may take.
 *
 * @param depthMax folders below each other
 * @param entriesMax entries of one folder; they are held in memory, some 200 bytes each
 * @param nameBytesMax UTF-8 bytes of a name
 * @param knownBlocksMax blocks that are remembered so as to be written once, 48 to 96 bytes each;
 *     beyond it blocks may repeat in the CAR
 */
public record ImportLimits(int depthMax, int entriesMax, int nameBytesMax, int knownBlocksMax) {
  /** 256 folders deep, a million entries, names of 255 bytes, a million blocks remembered. */
  public static final ImportLimits DEFAULT = new ImportLimits(256, 1_000_000, 255, 1_000_000);

  public ImportLimits {
    if (depthMax < 0 || depthMax > 1024) {
      throw new IllegalArgumentException("0 to 1024 folders below each other, got " + depthMax);
    }
    if (entriesMax < 1 || nameBytesMax < 1 || knownBlocksMax < 1) {
      throw new IllegalArgumentException(
          "import limits must be at least 1, got "
              + entriesMax
              + ", "
              + nameBytesMax
              + ", "
              + knownBlocksMax);
    }
  }
}
