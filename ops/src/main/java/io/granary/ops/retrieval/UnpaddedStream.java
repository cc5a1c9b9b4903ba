package io.granary.ops.retrieval;

import io.granary.protocol.piece.Fr32;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;

/**
 * A part of an unsealed sector file without its bit padding. Where the file ends before, zeros
 * follow, as in a sparse file. Holds two buffers of 128 KiB at most. Used by one thread.
 */
final class UnpaddedStream extends InputStream {
  private static final int BLOCKS = 1024;

  private final FileChannel file;
  private final Path path;
  private final byte[] padded;
  private final byte[] data;
  private long block;
  private long left;
  private int from;
  private int to;

  /**
   * Opens {@code path}.
   *
   * @param offset unpadded bytes from the start of the sector
   * @param length after which the stream ends
   * @throws IOException when the file is gone or cannot be read
   */
  UnpaddedStream(Path path, long offset, long length) throws IOException {
    this.path = path;
    this.block = offset / Fr32.UNPADDED_BLOCK;
    this.left = length;
    int ahead = (int) (offset % Fr32.UNPADDED_BLOCK);
    int blocks =
        (int) Math.min(BLOCKS, Math.max(1, (ahead + length - 1) / Fr32.UNPADDED_BLOCK + 1));
    this.padded = new byte[blocks * Fr32.PADDED_BLOCK];
    this.data = new byte[blocks * Fr32.UNPADDED_BLOCK];
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    if (length > 0) {
      try {
        fill();
      } catch (IOException e) {
        file.close();
        throw e;
      }
      from = ahead;
    }
  }

  private void fill() throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(padded);
    long at = block * Fr32.PADDED_BLOCK;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, at + buffer.position());
      if (read < 0) {
        break;
      }
    }
    Arrays.fill(padded, buffer.position(), padded.length, (byte) 0);
    int blocks = padded.length / Fr32.PADDED_BLOCK;
    try {
      Fr32.unpad(padded, 0, data, 0, blocks);
    } catch (IllegalArgumentException e) {
      throw new IOException(path + " holds no padded data at block " + block, e);
    }
    block += blocks;
    from = 0;
    to = data.length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int at, int count) throws IOException {
    Objects.checkFromIndexSize(at, count, target.length);
    if (count == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    if (from == to) {
      fill();
    }
    int here = (int) Math.min(left, Math.min(count, to - from));
    System.arraycopy(data, from, target, at, here);
    from += here;
    left -= here;
    return here;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
