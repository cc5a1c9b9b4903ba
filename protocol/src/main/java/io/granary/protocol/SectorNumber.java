package io.granary.protocol;

/** The number of a sector within its miner, 0 to 2^63 − 1 (builtin-actors, MAX_SECTOR_NUMBER). */
public record SectorNumber(long value) implements Comparable<SectorNumber> {
  public SectorNumber {
    if (value < 0) {
      throw new IllegalArgumentException("sector number: must not be negative, got " + value);
    }
  }

  @Override
  public int compareTo(SectorNumber other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
