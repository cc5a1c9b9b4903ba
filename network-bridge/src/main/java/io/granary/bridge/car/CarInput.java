package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream with a position, a look ahead and an end that can be set. Used by one thread. */
final class CarInput {
  private static final int BUFFER_BYTES = 64 << 10;

  /** How much is set aside for a block before any of it has come. */
  private static final int FIRST_BYTES = 2 << 20;

  private final InputStream stream;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;
  private long position;
  private long end = Long.MAX_VALUE;

  CarInput(InputStream stream) {
    this.stream = stream;
  }

  /** Bytes taken so far. */
  long position() {
    return position;
  }

  /** Reads no further than {@code offset}. */
  void endAt(long offset) {
    end = offset;
  }

  /** Up to {@code count} of the bytes that come next, fewer only at the end; takes none. */
  Bytes peek(int count) throws IOException {
    int length = ahead(count);
    return Bytes.of(buffer, from, length);
  }

  private int ahead(int count) throws IOException {
    int wanted = (int) Math.min(Math.min(count, BUFFER_BYTES), end - position);
    if (to - from < wanted) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
      while (to < wanted) {
        int read = stream.read(buffer, to, BUFFER_BYTES - to);
        if (read < 0) {
          return to;
        }
        to += read;
      }
    }
    return wanted;
  }

  /** Takes {@code count} bytes and hands them on in parts, to nobody when skipped. */
  void consume(long count, Part part) throws IOException {
    long left = count;
    while (left > 0) {
      int here = (int) Math.min(left, ahead((int) Math.min(left, BUFFER_BYTES)));
      if (here == 0) {
        throw new EOFException("ends " + left + " bytes early");
      }
      part.take(buffer, from, here);
      from += here;
      position += here;
      left -= here;
    }
  }

  /** Takes some of the bytes on their way. */
  @FunctionalInterface
  interface Part {
    void take(byte[] data, int offset, int count);
  }

  /** Takes {@code count} bytes; sets memory aside only as they come. */
  byte[] read(int count) throws IOException {
    byte[][] output = {new byte[Math.min(count, FIRST_BYTES)]};
    int[] used = {0};
    consume(
        count,
        (data, offset, length) -> {
          if (used[0] + length > output[0].length) {
            int grown = (int) Math.min(count, output[0].length * 2L);
            output[0] = Arrays.copyOf(output[0], grown);
          }
          System.arraycopy(data, offset, output[0], used[0], length);
          used[0] += length;
        });
    return output[0];
  }

  /** Takes {@code count} bytes and forgets them. */
  void skip(long count) throws IOException {
    consume(count, (data, offset, length) -> {});
  }

  /** Whether nothing comes any more. */
  boolean atEnd() throws IOException {
    return ahead(1) == 0;
  }

  /** Takes a number. */
  long varint(String field) throws IOException {
    long start = position;
    try {
      Varint.Read read = Varint.decode(peek(Varint.MAX_BYTES), 0, field);
      skip(read.next());
      return read.value();
    } catch (IllegalArgumentException e) {
      throw new CarException(start, "no number", e);
    }
  }
}
