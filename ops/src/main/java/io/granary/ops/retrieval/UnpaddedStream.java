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
 * follow, as in a sparse file. Holds two buffers of 128 KiB at most; whole blocks are unpadded
 * right into what the caller gives. Used by one thread.
 */
public final class UnpaddedStream extends InputStream {
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
  public UnpaddedStream(Path path, long offset, long length) throws IOException {
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
        fill(data, 0, blocks);
        to = data.length;
      } catch (IOException e) {
        file.close();
        throw e;
      }
      from = ahead;
    }
  }

  /** Unpads the next {@code blocks} blocks. */
  private void fill(byte[] target, int at, int blocks) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(padded, 0, blocks * Fr32.PADDED_BLOCK);
    long position = block * Fr32.PADDED_BLOCK;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, position + buffer.position());
      if (read < 0) {
        break;
      }
    }
    Arrays.fill(padded, buffer.position(), buffer.limit(), (byte) 0);
    try {
      Fr32.unpad(padded, 0, target, at, blocks);
    } catch (IllegalArgumentException e) {
      throw new IOException(path + " holds no padded data at block " + block, e);
    }
    block += blocks;
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
    int whole = (int) (Math.min(left, count) / Fr32.UNPADDED_BLOCK);
    if (from == to && whole > 0) {
      int blocks = Math.min(whole, padded.length / Fr32.PADDED_BLOCK);
      fill(target, at, blocks);
      left -= (long) blocks * Fr32.UNPADDED_BLOCK;
      return blocks * Fr32.UNPADDED_BLOCK;
    }
    if (from == to) {
      fill(data, 0, padded.length / Fr32.PADDED_BLOCK);
      from = 0;
      to = data.length;
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
