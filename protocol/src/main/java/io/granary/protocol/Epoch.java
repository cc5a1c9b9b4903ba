package io.granary.protocol;

/**
 * A chain epoch (30 s on mainnet). Negative epochs are legal for tickets of a young chain and −1
 * stands for "unset" in some chain answers.
 */
public record Epoch(long value) implements Comparable<Epoch> {
  /** What chain answers use for an epoch that was never set. */
  public static final Epoch UNSET = new Epoch(-1);

  /** This epoch moved by {@code epochs}, which may be negative. */
  public Epoch plus(long epochs) {
    return new Epoch(Math.addExact(value, epochs));
  }

  /** This epoch moved back by {@code epochs}. */
  public Epoch minus(long epochs) {
    return new Epoch(Math.subtractExact(value, epochs));
  }

  /** The number of epochs from {@code earlier} to this. */
  public long since(Epoch earlier) {
    return Math.subtractExact(value, earlier.value);
  }

  public boolean isBefore(Epoch other) {
    return value < other.value;
  }

  public boolean isAfter(Epoch other) {
    return value > other.value;
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
