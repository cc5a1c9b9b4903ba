package io.granary.ops.retrieval;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;

/**
 * A part of a piece whose file ends with its data: zeros follow. One that ends before is damaged,
 * and so says the stream. Without a buffer of its own. Used by one thread.
 */
final class CachedStream extends InputStream {
  private final Path path;
  private final FileChannel file;
  private final long dataBytes;
  private final Runnable whenClosed;
  private long at;
  private long left;
  private boolean closed;

  /**
   * @param dataBytes of the file
   * @param whenClosed is run once
   */
  CachedStream(Path path, long dataBytes, long offset, long length, Runnable whenClosed)
      throws IOException {
    this.path = path;
    this.dataBytes = dataBytes;
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    this.at = offset;
    this.left = length;
    this.whenClosed = whenClosed;
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
    int wanted = (int) Math.min(left, count);
    int read = file.read(ByteBuffer.wrap(target, offset, wanted), at);
    if (read < 0) {
      if (at < dataBytes) {
        throw new EOFException(path + " ends at byte " + at + " of " + dataBytes);
      }
      Arrays.fill(target, offset, offset + wanted, (byte) 0);
      read = wanted;
    }
    at += read;
    left -= read;
    return read;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        file.close();
      } finally {
        whenClosed.run();
      }
    }
  }
}
