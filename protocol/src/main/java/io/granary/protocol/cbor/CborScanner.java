package io.granary.protocol.cbor;

/**
 * Finds where one CBOR item ends, in bytes that arrive piece by piece: the storage market's streams
 * carry an item without its length, and the sender waits for the answer with the stream open. Heads
 * and lengths are looked at, contents are not: what was found still has to be read. Only definite
 * lengths are taken. Nothing is kept but a few numbers. Used by one thread.
 */
public final class CborScanner {
  private static final int BYTE_STRING = 2;
  private static final int TEXT_STRING = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;
  private static final int TAG = 6;
  private static final int INDEFINITE = 31;

  private final long bytesMax;

  /** Items still to come, per open array, map or tag. */
  private final long[] toCome;

  private int open;
  private long seen;

  /** Bytes of a string still to come. */
  private long stringLeft;

  private int major = -1;
  private int argumentBytesLeft;
  private long argument;
  private boolean complete;

  /**
   * @param bytesMax the longest item taken
   * @param depthMax how deep arrays, maps and tags may lie in one another
   */
  public CborScanner(long bytesMax, int depthMax) {
    this.bytesMax = bytesMax;
    this.toCome = new long[depthMax];
  }

  /** Whether the item's last byte has been seen. */
  public boolean complete() {
    return complete;
  }

  /**
   * Looks at the next bytes.
   *
   * @return how many of them belong to the item; fewer than {@code length} only when it is complete
   * @throws CborException when the bytes are no item of definite length, or one beyond the limits
   */
  public int scan(byte[] bytes, int offset, int length) {
    int used = 0;
    while (used < length && !complete) {
      if (stringLeft > 0) {
        int step = (int) Math.min(stringLeft, length - used);
        stringLeft -= step;
        used += step;
        seen += step;
        if (stringLeft == 0) {
          itemDone();
        }
      } else {
        take(bytes[offset + used] & 0xff);
        used++;
        seen++;
      }
      if (seen > bytesMax) {
        throw refuse("more than " + bytesMax + " bytes");
      }
    }
    return used;
  }

  private void take(int next) {
    if (argumentBytesLeft > 0) {
      argument = argument << 8 | next;
      argumentBytesLeft--;
    } else {
      major = next >>> 5;
      int info = next & 0x1f;
      if (info > 27) {
        throw refuse(info == INDEFINITE ? "indefinite length" : "reserved head " + info);
      }
      argument = info < 24 ? info : 0;
      argumentBytesLeft = info < 24 ? 0 : 1 << (info - 24);
    }
    if (argumentBytesLeft == 0) {
      headDone();
    }
  }

  private void headDone() {
    switch (major) {
      case BYTE_STRING, TEXT_STRING -> {
        stringLeft = bounded();
        if (stringLeft == 0) {
          itemDone();
        }
      }
      case ARRAY -> enter(bounded());
      case MAP -> enter(2 * bounded());
      case TAG -> enter(1);
      default -> itemDone();
    }
  }

  /** A count or length: each takes a byte at least, so more than the limit cannot come. */
  private long bounded() {
    if (argument < 0 || argument > bytesMax) {
      throw refuse(
          "says " + Long.toUnsignedString(argument) + " bytes or items, at most " + bytesMax);
    }
    return argument;
  }

  private void enter(long items) {
    if (items == 0) {
      itemDone();
      return;
    }
    if (open == toCome.length) {
      throw refuse("nested deeper than " + toCome.length);
    }
    toCome[open++] = items;
  }

  private void itemDone() {
    while (open > 0 && --toCome[open - 1] == 0) {
      open--;
    }
    complete = open == 0;
  }

  private CborException refuse(String problem) {
    return new CborException("item", (int) Math.min(seen, Integer.MAX_VALUE), problem);
  }
}
