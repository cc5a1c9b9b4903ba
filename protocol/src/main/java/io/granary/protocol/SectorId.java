package io.granary.protocol;

/** A sector anywhere: its miner and its number there. */
public record SectorId(ActorId miner, SectorNumber number) implements Comparable<SectorId> {
  public static SectorId of(long miner, long number) {
    return new SectorId(new ActorId(miner), new SectorNumber(number));
  }

  /** The base name of the sector's files in a lotus storage path, {@code s-t01000-1}. */
  public String fileName() {
    return "s-t0" + miner.value() + "-" + number.value();
  }

  @Override
  public int compareTo(SectorId other) {
    int byMiner = miner.compareTo(other.miner);
    return byMiner != 0 ? byMiner : number.compareTo(other.number);
  }

  /** {@code f01000/1}, also the sharding entity id. */
  @Override
  public String toString() {
    return miner + "/" + number;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException when {@code text} is no {@code f0<miner>/<number>}
   */
  public static SectorId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 3 || !(text.startsWith("f0") || text.startsWith("t0"))) {
      throw new IllegalArgumentException("sector id: expected f0<miner>/<number>, got " + text);
    }
    try {
      return of(
          Long.parseLong(text.substring(2, slash)), Long.parseLong(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("sector id: expected f0<miner>/<number>, got " + text, e);
    }
  }
}
