package io.granary.ops.retrieval;

import io.granary.protocol.piece.Fr32;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A part of an unsealed sector file, here or elsewhere, without its bit padding. Where the file
 * ends before, zeros follow, as in a sparse file. Whole blocks are unpadded right into what the
 * caller gives; a stream itself holds 8 KiB at most, and each thread that reads streams 256 KiB.
 * Used by one thread at a time.
 */
public final class UnpaddedStream extends InputStream {
  /** Read from disk at once. */
  private static final int BLOCKS = 1024;

  /** Read at once for a caller that wants less than a block, or who begins within one. */
  private static final int FEW_BLOCKS = 64;

  /** Holds nothing from one call of {@link #fill} to the next. */
  private static final ThreadLocal<Padded> PADDED = ThreadLocal.withInitial(Padded::new);

  private final PaddedBytes file;
  private final String name;
  private final byte[] data;
  private long block;
  private long left;
  private int from;
  private int to;

  /**
   * Where bit padded blocks are read to. The kernel copies to a cache line's start about five times
   * as fast as to 16 bytes behind it, where Java's arrays and unaligned direct buffers lie (13.1
   * against 2.7 GB/s, EPYC Zen 3, 128 KiB out of the page cache); from there to an array it is 128
   * KiB within the processor's cache.
   */
  private static final class Padded {
    private static final int CACHE_LINE_BYTES = 64;

    private final ByteBuffer read =
        ByteBuffer.allocateDirect(BLOCKS * Fr32.PADDED_BLOCK + CACHE_LINE_BYTES)
            .alignedSlice(CACHE_LINE_BYTES);
    private final byte[] array = new byte[BLOCKS * Fr32.PADDED_BLOCK];
  }

  /**
   * Opens {@code path}.
   *
   * @param offset unpadded bytes from the start of the sector
   * @param length after which the stream ends
   * @throws IOException when the file is gone or cannot be read
   */
  public UnpaddedStream(Path path, long offset, long length) throws IOException {
    this(PaddedBytes.of(path), path.toString(), offset, length);
  }

  /**
   * Takes over {@code file}, also when it fails.
   *
   * @param name of it, for people
   * @param offset unpadded bytes from its start
   */
  UnpaddedStream(PaddedBytes file, String name, long offset, long length) throws IOException {
    this.file = file;
    this.name = name;
    this.block = offset / Fr32.UNPADDED_BLOCK;
    this.left = length;
    int ahead = (int) (offset % Fr32.UNPADDED_BLOCK);
    int blocks =
        (int) Math.min(FEW_BLOCKS, Math.max(1, (ahead + length - 1) / Fr32.UNPADDED_BLOCK + 1));
    this.data = new byte[blocks * Fr32.UNPADDED_BLOCK];
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

  /** Unpads the next {@code blocks} blocks, at most {@link #BLOCKS}. */
  private void fill(byte[] target, int at, int blocks) throws IOException {
    int bytes = blocks * Fr32.PADDED_BLOCK;
    Padded padded = PADDED.get();
    ByteBuffer buffer = padded.read.clear().limit(bytes);
    long position = block * Fr32.PADDED_BLOCK;
    file.read(buffer, position);
    int there = buffer.position();
    buffer.get(0, padded.array, 0, there);
    Arrays.fill(padded.array, there, bytes, (byte) 0);
    try {
      Fr32.unpad(padded.array, 0, target, at, blocks);
    } catch (IllegalArgumentException e) {
      throw new IOException(name + " holds no padded data at block " + block, e);
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
      int blocks = Math.min(whole, BLOCKS);
      fill(target, at, blocks);
      left -= (long) blocks * Fr32.UNPADDED_BLOCK;
      return blocks * Fr32.UNPADDED_BLOCK;
    }
    if (from == to) {
      fill(data, 0, data.length / Fr32.UNPADDED_BLOCK);
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
