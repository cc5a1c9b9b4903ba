package io.granary.bridge.retrieval.plain;

import io.granary.protocol.piece.PieceInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The data of one piece in a file of ours. It stays open, and on disk, until the last who sends or
 * reads of it is done, though its name may be gone before. Thread-safe.
 */
final class PlainFile {
  /** Mapped at once; no part of an answer goes from one to the next. */
  static final long SEGMENT_BYTES = 1L << 30;

  private static final int READ_BYTES = 64 << 10;

  private final PieceInfo piece;
  private final Path path;
  private final FileChannel channel;
  private final long bytes;

  /** Only asked what of it is in memory; its pages are never touched. */
  private final List<MappedByteBuffer> segments = new ArrayList<>();

  /** Those who read, and the cache. */
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Takes over {@code channel}, which reads and writes, unless it fails. */
  PlainFile(PieceInfo piece, Path path, FileChannel channel) throws IOException {
    this.piece = piece;
    this.path = path;
    this.channel = channel;
    this.bytes = channel.size();
    for (long from = 0; from < bytes; from += SEGMENT_BYTES) {
      long length = Math.min(SEGMENT_BYTES, bytes - from);
      segments.add(channel.map(FileChannel.MapMode.READ_ONLY, from, length));
    }
  }

  PieceInfo piece() {
    return piece;
  }

  Path path() {
    return path;
  }

  FileChannel channel() {
    return channel;
  }

  long bytes() {
    return bytes;
  }

  /** Holds it; false when it is gone. */
  boolean hold() {
    return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Ends one {@link #hold}; whether nobody holds it any more, who must then {@link #free} it. */
  boolean release() {
    return holders.decrementAndGet() == 0;
  }

  /** Whether nobody reads it. */
  boolean isIdle() {
    return holders.get() == 1;
  }

  /**
   * Gives its disk space back. A mapping ends when the garbage collector comes to it and would keep
   * the space of a file without a name until then, so the file is made empty before.
   */
  void free() throws IOException {
    try (channel) {
      FileChannel unused = channel.truncate(0);
    }
  }

  /**
   * Whether bytes of one segment are in memory, as the kernel says at this moment. It may let them
   * go before they are sent; that is rare and costs the event loop one wait for the disk.
   */
  boolean isLoaded(long position, int count) {
    MappedByteBuffer segment = segments.get((int) (position / SEGMENT_BYTES));
    return segment.slice((int) (position % SEGMENT_BYTES), count).isLoaded();
  }

  /** Reads bytes from the disk, for them to be in memory. */
  void load(long position, int count, ByteBufAllocator buffers) throws IOException {
    ByteBuf buffer = buffers.directBuffer(Math.min(count, READ_BYTES));
    try {
      for (int done = 0; done < count; done += buffer.readableBytes()) {
        buffer.clear();
        int wanted = Math.min(buffer.capacity(), count - done);
        if (buffer.writeBytes(channel, position + done, wanted) <= 0) {
          throw endsAt(position + done);
        }
      }
    } finally {
      buffer.release();
    }
  }

  /** Reads some bytes, at least one. */
  int read(ByteBuffer target, long position) throws IOException {
    int read = channel.read(target, position);
    if (read < 0) {
      throw endsAt(position);
    }
    return read;
  }

  private EOFException endsAt(long position) {
    return new EOFException(path + " ends at byte " + position + " of " + bytes);
  }
}
