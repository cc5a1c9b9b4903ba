package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;

/**
 * The first 64 bits of MurmurHash3 x64 128 with seed 0 (multicodec 0x22), which place a name in a
 * sharded folder. Written from Austin Appleby's public domain algorithm.
 */
final class Murmur3 {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK = 16;

  private Murmur3() {}

  static long hash64(Bytes input) {
    long h1 = 0;
    long h2 = 0;
    int whole = input.length() / BLOCK * BLOCK;
    for (int at = 0; at < whole; at += BLOCK) {
      h1 ^= first(word(input, at, 8));
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= second(word(input, at + 8, 8));
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    int tail = input.length() - whole;
    if (tail > 8) {
      h2 ^= second(word(input, whole + 8, tail - 8));
    }
    if (tail > 0) {
      h1 ^= first(word(input, whole, Math.min(tail, 8)));
    }
    h1 ^= input.length();
    h2 ^= input.length();
    h1 += h2;
    h2 += h1;
    return mix(h1) + mix(h2);
  }

  private static long first(long word) {
    return Long.rotateLeft(word * C1, 31) * C2;
  }

  private static long second(long word) {
    return Long.rotateLeft(word * C2, 33) * C1;
  }

  /** Up to eight bytes, lowest first. */
  private static long word(Bytes input, int at, int count) {
    long word = 0;
    for (int i = count - 1; i >= 0; i--) {
      word = word << 8 | (input.at(at + i) & 0xff);
    }
    return word;
  }

  private static long mix(long value) {
    long k = value;
    k = (k ^ k >>> 33) * 0xff51afd7ed558ccdL;
    k = (k ^ k >>> 33) * 0xc4ceb9fe1a85ec53L;
    return k ^ k >>> 33;
  }
}
