package io.granary.bridge.libp2p.secure;

import static java.lang.Math.multiplyHigh;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Poly1305 (RFC 8439, 2.5) over whole blocks, for one message. For one thread; takes the same time
 * for all keys and data.
 *
 * <p>Numbers have three limbs of 44 bits, the last of which ends at bit 132, where 2^132 = 20
 * modulo 2^130 - 5. A product of two limbs is used in two parts: its lowest 44 bits, which are
 * those of the ordinary product, and the rest, which is the upper half of the product of both limbs
 * shifted left by 10 (10 + 10 + 44 = 64). So sums of parts stay far below 63 bits and need no
 * carries of their own: limbs of the state are below 2^45 when multiplied, those of the key below
 * 2^44, 20 times a limb of the key below 2^49, a sum of six upper parts below 2^53.
 */
final class Poly1305 {
  static final int BLOCK_BYTES = 16;

  private static final int LIMB_BITS = 44;
  private static final long LIMB = (1L << LIMB_BITS) - 1;
  private static final int LAST_BITS = 42;
  private static final long LAST = (1L << LAST_BITS) - 1;
  private static final int SPLIT = 10;
  private static final int WRAP = 20;
  private static final long BLOCK_END = 1L << 40;
  private static final long CLAMP_LOW = 0x0fff_fffc_0fff_ffffL;
  private static final long CLAMP_HIGH = 0x0fff_fffc_0fff_fffcL;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private long h0;
  private long h1;
  private long h2;
  private long r0;
  private long r1;
  private long r2;
  private long square0;
  private long square1;
  private long square2;
  private long tagLow;
  private long tagHigh;

  /** Starts a message with the two halves of its one-time key's first part. */
  void begin(long low, long high) {
    long clampedLow = low & CLAMP_LOW;
    long clampedHigh = high & CLAMP_HIGH;
    r0 = clampedLow & LIMB;
    r1 = (clampedLow >>> LIMB_BITS | clampedHigh << 20) & LIMB;
    r2 = clampedHigh >>> 24;
    h0 = r0;
    h1 = r1;
    h2 = r2;
    multiply(0, 0, 0);
    square0 = h0;
    square1 = h1;
    square2 = h2;
    h0 = 0;
    h1 = 0;
    h2 = 0;
  }

  /** Takes bytes; an incomplete block at the end is filled up with zeros, as AEAD does. */
  void update(byte[] in, int offset, int length) {
    int pairs = length & -(2 * BLOCK_BYTES);
    takePairs(in, offset, offset + pairs);
    int at = pairs;
    if (length - at >= BLOCK_BYTES) {
      take((long) LONGS.get(in, offset + at), (long) LONGS.get(in, offset + at + Long.BYTES));
      at += BLOCK_BYTES;
    }
    if (at < length) {
      byte[] last = new byte[BLOCK_BYTES];
      System.arraycopy(in, offset + at, last, 0, length - at);
      take((long) LONGS.get(last, 0), (long) LONGS.get(last, Long.BYTES));
    }
  }

  /** Takes one block. */
  void take(long low, long high) {
    multiply(low & LIMB, (low >>> LIMB_BITS | high << 20) & LIMB, high >>> 24 | BLOCK_END);
  }

  private void multiply(long m0, long m1, long m2) {
    long a0 = h0 + m0;
    long a1 = h1 + m1;
    long a2 = h2 + m2;
    long s1 = WRAP * r1;
    long s2 = WRAP * r2;
    long low0 = low(a0, r0) + low(a1, s2) + low(a2, s1);
    long low1 = low(a0, r1) + low(a1, r0) + low(a2, s2);
    long low2 = low(a0, r2) + low(a1, r1) + low(a2, r0);
    low1 += up(a0, r0) + up(a1, s2) + up(a2, s1);
    low2 += up(a0, r1) + up(a1, r0) + up(a2, s2) + (low1 >>> LIMB_BITS);
    low0 += WRAP * (up(a0, r2) + up(a1, r1) + up(a2, r0) + (low2 >>> LIMB_BITS));
    h0 = low0 & LIMB;
    h1 = (low1 & LIMB) + (low0 >>> LIMB_BITS);
    h2 = low2 & LIMB;
  }

  private static long low(long a, long b) {
    return a * b & LIMB;
  }

  private static long up(long a, long b) {
    return multiplyHigh(a << SPLIT, b << SPLIT);
  }

  /**
   * Two blocks a turn: (h + first) r^2 + second r, so that the halves are computed side by side.
   */
  private void takePairs(byte[] in, int from, int end) {
    final long r0 = this.r0;
    final long r1 = this.r1;
    final long r2 = this.r2;
    final long s1 = WRAP * r1;
    final long s2 = WRAP * r2;
    final long q0 = square0;
    final long q1 = square1;
    final long q2 = square2;
    final long t1 = WRAP * q1;
    final long t2 = WRAP * q2;
    long a0 = h0;
    long a1 = h1;
    long a2 = h2;
    for (int p = from; p < end; p += 2 * BLOCK_BYTES) {
      long low = (long) LONGS.get(in, p);
      long high = (long) LONGS.get(in, p + 8);
      a0 += low & LIMB;
      a1 += (low >>> LIMB_BITS | high << 20) & LIMB;
      a2 += high >>> 24 | BLOCK_END;
      low = (long) LONGS.get(in, p + 16);
      high = (long) LONGS.get(in, p + 24);
      long b0 = low & LIMB;
      long b1 = (low >>> LIMB_BITS | high << 20) & LIMB;
      long b2 = high >>> 24 | BLOCK_END;
      long d0 = low(a0, q0) + low(a1, t2) + low(a2, t1) + low(b0, r0) + low(b1, s2) + low(b2, s1);
      long d1 = low(a0, q1) + low(a1, q0) + low(a2, t2) + low(b0, r1) + low(b1, r0) + low(b2, s2);
      long d2 = low(a0, q2) + low(a1, q1) + low(a2, q0) + low(b0, r2) + low(b1, r1) + low(b2, r0);
      d1 += up(a0, q0) + up(a1, t2) + up(a2, t1) + up(b0, r0) + up(b1, s2) + up(b2, s1);
      d2 += up(a0, q1) + up(a1, q0) + up(a2, t2) + up(b0, r1) + up(b1, r0) + up(b2, s2);
      d2 += d1 >>> LIMB_BITS;
      long over = up(a0, q2) + up(a1, q1) + up(a2, q0) + up(b0, r2) + up(b1, r1) + up(b2, r0);
      d0 += WRAP * (over + (d2 >>> LIMB_BITS));
      a0 = d0 & LIMB;
      a1 = (d1 & LIMB) + (d0 >>> LIMB_BITS);
      a2 = d2 & LIMB;
    }
    h0 = a0;
    h1 = a1;
    h2 = a2;
  }

  /** Ends the message with the two halves of its one-time key's second part. */
  void end(long low, long high) {
    carry();
    carry();
    long g0 = h0 + 5;
    long g1 = h1 + (g0 >>> LIMB_BITS);
    long g2 = h2 + (g1 >>> LIMB_BITS) - (1L << LAST_BITS);
    long reduced = ~(g2 >> (Long.SIZE - 1)); // all ones when h was at least 2^130 - 5
    long f0 = (h0 & ~reduced) | (g0 & LIMB & reduced);
    long f1 = (h1 & ~reduced) | (g1 & LIMB & reduced);
    long f2 = (h2 & ~reduced) | (g2 & reduced);
    long sumLow = f0 | f1 << LIMB_BITS;
    tagLow = sumLow + low;
    long carry = ((sumLow & low) | ((sumLow | low) & ~tagLow)) >>> (Long.SIZE - 1);
    tagHigh = (f1 >>> 20 | f2 << 24) + high + carry;
  }

  private void carry() {
    h1 += h0 >>> LIMB_BITS;
    h0 &= LIMB;
    h2 += h1 >>> LIMB_BITS;
    h1 &= LIMB;
    h0 += 5 * (h2 >>> LAST_BITS);
    h2 &= LAST;
  }

  /** Writes the tag of the ended message. */
  void writeTag(byte[] out, int offset) {
    LONGS.set(out, offset, tagLow);
    LONGS.set(out, offset + Long.BYTES, tagHigh);
  }

  /** Whether the ended message has this tag. */
  boolean hasTag(byte[] in, int offset) {
    long low = (long) LONGS.get(in, offset);
    long high = (long) LONGS.get(in, offset + Long.BYTES);
    return ((low ^ tagLow) | (high ^ tagHigh)) == 0;
  }
}
