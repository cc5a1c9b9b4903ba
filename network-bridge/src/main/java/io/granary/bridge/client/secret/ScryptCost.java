package io.granary.bridge.client.secret;

/**
 * What guessing one passphrase costs (RFC 7914).
 *
 * @param n cost, a power of two; memory is {@code 128 · r · n} bytes
 * @param r block size
 * @param p passes
 */
public record ScryptCost(int n, int r, int p) {
  /** 128 MiB and some tenths of a second a guess. */
  public static final ScryptCost DEFAULT = new ScryptCost(1 << 17, 8, 1);

  /** A file may ask for at most 1 GiB, so that a foreign one cannot exhaust the machine. */
  private static final long BYTES_MAX = 1L << 30;

  private static final int PASSES_MAX = 16;

  public ScryptCost {
    boolean good =
        n >= 2
            && Integer.bitCount(n) == 1
            && r >= 1
            && r <= 64
            && p >= 1
            && p <= PASSES_MAX
            && 128L * r * n <= BYTES_MAX;
    if (!good) {
      throw new IllegalArgumentException(
          "scrypt cost: n " + n + ", r " + r + ", p " + p + " is outside what is taken");
    }
  }
}
