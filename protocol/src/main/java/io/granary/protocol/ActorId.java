package io.granary.protocol;

/** The number of an actor: the payload of an f0 address, 0 to 2^63 − 1. */
public record ActorId(long value) implements Comparable<ActorId> {
  public ActorId {
    if (value < 0) {
      throw new IllegalArgumentException("actor id: must not be negative, got " + value);
    }
  }

  @Override
  public int compareTo(ActorId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "f0" + value;
  }
}
