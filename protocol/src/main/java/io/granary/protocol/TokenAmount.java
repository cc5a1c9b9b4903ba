package io.granary.protocol;

import java.math.BigInteger;

/** An amount in attoFIL (10^18 = 1 FIL); may be negative, as balances under fee debt are. */
public record TokenAmount(BigInteger atto) implements Comparable<TokenAmount> {
  public static final TokenAmount ZERO = new TokenAmount(BigInteger.ZERO);
  private static final BigInteger ATTO_PER_FIL = BigInteger.TEN.pow(18);

  public static TokenAmount ofAtto(long atto) {
    return new TokenAmount(BigInteger.valueOf(atto));
  }

  public static TokenAmount ofFil(long fil) {
    return new TokenAmount(BigInteger.valueOf(fil).multiply(ATTO_PER_FIL));
  }

  /** Reads the byte form of {@link BigIntBytes}. */
  public static TokenAmount fromBytes(Bytes bytes) {
    return new TokenAmount(BigIntBytes.decode(bytes));
  }

  /**
   * Reads a decimal number of attoFIL, as JSON-RPC writes it.
   *
   * @throws IllegalArgumentException when {@code text} is no shortest decimal integer
   */
  public static TokenAmount parse(String text) {
    return new TokenAmount(BigIntBytes.parse(text, "token amount"));
  }

  /** The byte form of {@link BigIntBytes}. */
  public Bytes toBytes() {
    return BigIntBytes.encode(atto);
  }

  public TokenAmount plus(TokenAmount other) {
    return new TokenAmount(atto.add(other.atto));
  }

  public TokenAmount minus(TokenAmount other) {
    return new TokenAmount(atto.subtract(other.atto));
  }

  public TokenAmount times(long factor) {
    return new TokenAmount(atto.multiply(BigInteger.valueOf(factor)));
  }

  public boolean isNegative() {
    return atto.signum() < 0;
  }

  public boolean isZero() {
    return atto.signum() == 0;
  }

  @Override
  public int compareTo(TokenAmount other) {
    return atto.compareTo(other.atto);
  }

  /** The attoFIL as a decimal text, as JSON-RPC writes it. */
  @Override
  public String toString() {
    return atto.toString();
  }
}
