package io.granary.bridge.unixfs;

import java.io.InputStream;

/** The content of the UnixFS vectors: 32-bit words of xorshift32, lowest byte first. */
final class SeededContent extends InputStream {
  private int state;
  private long left;
  private int word;
  private int wordBytes;

  SeededContent(int seed, long size) {
    this.state = seed;
    this.left = size;
  }

  static byte[] bytes(int seed, int size) {
    byte[] content = new byte[size];
    SeededContent stream = new SeededContent(seed, size);
    int read = stream.read(content, 0, size);
    if (size > 0 && read != size) {
      throw new AssertionError("made " + read + " of " + size + " bytes");
    }
    return content;
  }

  @Override
  public int read() {
    if (left == 0) {
      return -1;
    }
    if (wordBytes == 0) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      word = state;
      wordBytes = 4;
    }
    int next = word & 0xff;
    word >>>= 8;
    wordBytes--;
    left--;
    return next;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length > 0 && left == 0) {
      return -1;
    }
    int count = (int) Math.min(length, left);
    for (int i = 0; i < count; i++) {
      target[offset + i] = (byte) read();
    }
    return count;
  }
}
