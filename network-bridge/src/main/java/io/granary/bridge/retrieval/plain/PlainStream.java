package io.granary.bridge.retrieval.plain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** A part of a piece read out of its plain copy, zeros after the data. Used by one thread. */
final class PlainStream extends InputStream {
  private final PlainCopies copies;
  private final PlainFile file;
  private long at;
  private long left;
  private boolean closed;

  /** Takes over the caller's hold of {@code file}. */
  PlainStream(PlainCopies copies, PlainFile file, long offset, long length) {
    this.copies = copies;
    this.file = file;
    this.at = offset;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int read = (int) Math.min(left, count);
    if (at < file.bytes()) {
      read = readFile(ByteBuffer.wrap(target, offset, (int) Math.min(read, file.bytes() - at)));
    } else {
      Arrays.fill(target, offset, offset + read, (byte) 0);
    }
    at += read;
    left -= read;
    return read;
  }

  private int readFile(ByteBuffer target) throws IOException {
    try {
      return file.read(target, at);
    } catch (IOException e) {
      copies.giveUp(file);
      throw e;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      copies.release(file);
    }
  }
}
