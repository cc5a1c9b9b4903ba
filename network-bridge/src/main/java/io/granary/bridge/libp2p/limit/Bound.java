package io.granary.bridge.libp2p.limit;

/**
 * How many may be open at once in one scope.
 *
 * @param in opened by others
 * @param out opened by us
 * @param total together
 */
public record Bound(int in, int out, int total) {
  public Bound {
    if (in < 0 || out < 0 || total < 0) {
      throw new IllegalArgumentException("must not be negative: " + in + "/" + out + "/" + total);
    }
  }
}
