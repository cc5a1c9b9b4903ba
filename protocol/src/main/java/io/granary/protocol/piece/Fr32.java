package io.granary.protocol.piece;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The expansion of data to field elements that every piece goes through: read as a little-endian
 * stream of bits, 254 bits become one 32-byte little-endian word whose two top bits are zero
 * (rust-fil-proofs, fr32). 127 bytes make exactly four words, so data is handled in blocks of 127
 * bytes unpadded and 128 bytes padded.
 */
public final class Fr32 {
  /** Bytes of a block of data. */
  public static final int UNPADDED_BLOCK = 127;

  /** Bytes of the same block as field elements. */
  public static final int PADDED_BLOCK = 128;

  /** Blocks that the stream methods hold at a time: about 64 KiB on either side. */
  private static final int STREAM_BLOCKS = 512;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** All but the two top bits: the highest quarter of a field element. */
  private static final long LOW_62 = -1L >>> 2;

  private Fr32() {}

  /**
   * Expands {@code blocks} blocks of 127 bytes from {@code source} into blocks of 128 bytes. The
   * arrays must not be the same.
   */
  public static void pad(byte[] source, int from, byte[] target, int to, int blocks) {
    int in = from;
    int out = to;
    for (int i = 0; i < blocks; i++) {
      padBlock(source, in, target, out);
      in += UNPADDED_BLOCK;
      out += PADDED_BLOCK;
    }
  }

  /** Element k starts at bit 254k of the input: 0, 2, 4 and 6 bits before a multiple of 64. */
  private static void padBlock(byte[] source, int in, byte[] target, int out) {
    long w3 = get(source, in + 24);
    set(target, out, get(source, in));
    set(target, out + 8, get(source, in + 8));
    set(target, out + 16, get(source, in + 16));
    set(target, out + 24, w3 & LOW_62);

    long w4 = get(source, in + 32);
    long w5 = get(source, in + 40);
    long w6 = get(source, in + 48);
    long w7 = get(source, in + 56);
    set(target, out + 32, w3 >>> 62 | w4 << 2);
    set(target, out + 40, w4 >>> 62 | w5 << 2);
    set(target, out + 48, w5 >>> 62 | w6 << 2);
    set(target, out + 56, (w6 >>> 62 | w7 << 2) & LOW_62);

    long w8 = get(source, in + 64);
    long w9 = get(source, in + 72);
    long w10 = get(source, in + 80);
    long w11 = get(source, in + 88);
    set(target, out + 64, w7 >>> 60 | w8 << 4);
    set(target, out + 72, w8 >>> 60 | w9 << 4);
    set(target, out + 80, w9 >>> 60 | w10 << 4);
    set(target, out + 88, (w10 >>> 60 | w11 << 4) & LOW_62);

    long w12 = get(source, in + 96);
    long w13 = get(source, in + 104);
    long w14 = get(source, in + 112);
    // The last seven bytes, read with the one before them so as not to leave the block.
    long w15 = get(source, in + 119) >>> 8;
    set(target, out + 96, w11 >>> 58 | w12 << 6);
    set(target, out + 104, w12 >>> 58 | w13 << 6);
    set(target, out + 112, w13 >>> 58 | w14 << 6);
    set(target, out + 120, (w14 >>> 58 | w15 << 6) & LOW_62);
  }

  /**
   * Reverses {@link #pad}: takes {@code blocks} blocks of 128 bytes back to 127 each. The arrays
   * must not be the same.
   *
   * @throws IllegalArgumentException naming the offset of the first element whose two top bits are
   *     not zero: that is no expanded data
   */
  public static void unpad(byte[] source, int from, byte[] target, int to, int blocks) {
    int in = from;
    int out = to;
    for (int i = 0; i < blocks; i++) {
      requireElements(source, in);
      unpadBlock(source, in, target, out);
      in += PADDED_BLOCK;
      out += UNPADDED_BLOCK;
    }
  }

  private static void requireElements(byte[] source, int in) {
    for (int top = in + 31; top < in + PADDED_BLOCK; top += 32) {
      if ((source[top] & 0xc0) != 0) {
        throw new IllegalArgumentException(
            "fr32: the top two bits must be zero in the element at offset " + (top - 31));
      }
    }
  }

  private static void unpadBlock(byte[] source, int in, byte[] target, int out) {
    long e4 = get(source, in + 32);
    set(target, out, get(source, in));
    set(target, out + 8, get(source, in + 8));
    set(target, out + 16, get(source, in + 16));
    set(target, out + 24, get(source, in + 24) | e4 << 62);

    long e5 = get(source, in + 40);
    long e6 = get(source, in + 48);
    long e7 = get(source, in + 56);
    long e8 = get(source, in + 64);
    set(target, out + 32, e4 >>> 2 | e5 << 62);
    set(target, out + 40, e5 >>> 2 | e6 << 62);
    set(target, out + 48, e6 >>> 2 | e7 << 62);
    set(target, out + 56, e7 >>> 2 | e8 << 60);

    long e9 = get(source, in + 72);
    long e10 = get(source, in + 80);
    long e11 = get(source, in + 88);
    long e12 = get(source, in + 96);
    set(target, out + 64, e8 >>> 4 | e9 << 60);
    set(target, out + 72, e9 >>> 4 | e10 << 60);
    set(target, out + 80, e10 >>> 4 | e11 << 60);
    set(target, out + 88, e11 >>> 4 | e12 << 58);

    long e13 = get(source, in + 104);
    long e14 = get(source, in + 112);
    long e15 = get(source, in + 120);
    long last = e14 >>> 6 | e15 << 58;
    set(target, out + 96, e12 >>> 6 | e13 << 58);
    set(target, out + 104, e13 >>> 6 | e14 << 58);
    // The last seven bytes come with the one before them, again so as not to leave the block.
    set(target, out + 119, last >>> 56 | e15 >>> 6 << 8);
    set(target, out + 112, last);
  }

  private static long get(byte[] array, int index) {
    return (long) LONG.get(array, index);
  }

  private static void set(byte[] array, int index, long value) {
    LONG.set(array, index, value);
  }

  /**
   * Writes the expansion of everything in {@code source}, zeros after its end up to {@code
   * paddedBytes}.
   *
   * @param paddedBytes a multiple of 128
   * @return the bytes of data read
   * @throws IllegalArgumentException when {@code source} holds more than 127/128 of {@code
   *     paddedBytes}; part of it has then been written
   */
  public static long pad(InputStream source, OutputStream target, long paddedBytes)
      throws IOException {
    requireBlocks(paddedBytes);
    byte[] data = new byte[STREAM_BLOCKS * UNPADDED_BLOCK];
    byte[] elements = new byte[STREAM_BLOCKS * PADDED_BLOCK];
    long total = 0;
    long written = 0;
    while (written < paddedBytes) {
      int blocks = (int) Math.min(STREAM_BLOCKS, (paddedBytes - written) / PADDED_BLOCK);
      int read = source.readNBytes(data, 0, blocks * UNPADDED_BLOCK);
      Arrays.fill(data, read, blocks * UNPADDED_BLOCK, (byte) 0);
      pad(data, 0, elements, 0, blocks);
      target.write(elements, 0, blocks * PADDED_BLOCK);
      total += read;
      written += (long) blocks * PADDED_BLOCK;
    }
    if (source.read() >= 0) {
      throw new IllegalArgumentException(
          "fr32: data is longer than " + paddedBytes / PADDED_BLOCK * UNPADDED_BLOCK + " bytes");
    }
    return total;
  }

  /**
   * Writes the first {@code unpaddedBytes} of the data that {@code source} holds the expansion of.
   *
   * @throws EOFException when {@code source} ends before
   * @throws IllegalArgumentException when it holds what is no expanded data
   */
  public static void unpad(InputStream source, OutputStream target, long unpaddedBytes)
      throws IOException {
    if (unpaddedBytes < 0) {
      throw new IllegalArgumentException("fr32: must not be negative, got " + unpaddedBytes);
    }
    byte[] elements = new byte[STREAM_BLOCKS * PADDED_BLOCK];
    byte[] data = new byte[STREAM_BLOCKS * UNPADDED_BLOCK];
    long written = 0;
    while (written < unpaddedBytes) {
      int wanted = (int) Math.min(data.length, unpaddedBytes - written);
      int blocks = (wanted + UNPADDED_BLOCK - 1) / UNPADDED_BLOCK;
      int read = source.readNBytes(elements, 0, blocks * PADDED_BLOCK);
      if (read < blocks * PADDED_BLOCK) {
        throw new EOFException(
            "fr32: source ends after " + written + " of " + unpaddedBytes + " bytes of data");
      }
      unpad(elements, 0, data, 0, blocks);
      target.write(data, 0, wanted);
      written += wanted;
    }
  }

  private static void requireBlocks(long paddedBytes) {
    if (paddedBytes < 0 || paddedBytes % PADDED_BLOCK != 0) {
      throw new IllegalArgumentException(
          "fr32: padded size must be a multiple of 128, got " + paddedBytes);
    }
  }
}
