package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Payload that waits for its stream to read. A slice keeps the whole buffer it was cut from alive,
 * so a peer that sends single bytes could make us hold a thousand times its window. Hence only
 * slices that are a good part of their buffer are kept as they are; small ones are copied together.
 */
final class InboundQueue {
  private static final int SLICE_BYTES_MIN = 1024;
  private static final int SLICE_PARTS_MAX = 4;
  private static final int CHUNK_BYTES = 2048;

  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();

  /** The last of {@link #buffers} when it is a chunk of our own that may have room. */
  private @Nullable ByteBuf chunk;

  /** Takes the next {@code bytes} of {@code source}. */
  void add(ByteBuf source, int bytes, ByteBufAllocator alloc) {
    if (bytes >= SLICE_BYTES_MIN && (long) bytes * SLICE_PARTS_MAX >= root(source).capacity()) {
      chunk = null;
      buffers.add(source.readRetainedSlice(bytes));
      return;
    }
    int left = bytes;
    while (left > 0) {
      ByteBuf into = chunk;
      if (into == null || !into.isWritable()) {
        int size = Math.max(left, CHUNK_BYTES);
        into = alloc.buffer(size, size);
        chunk = into;
        buffers.add(into);
      }
      int part = Math.min(left, into.writableBytes());
      source.readBytes(into, part);
      left -= part;
    }
  }

  boolean isEmpty() {
    return buffers.isEmpty();
  }

  /** The oldest buffer, which becomes the caller's, or null. */
  @Nullable ByteBuf poll() {
    ByteBuf first = buffers.poll();
    if (buffers.isEmpty()) {
      chunk = null;
    }
    return first;
  }

  void release() {
    chunk = null;
    for (ByteBuf next = buffers.poll(); next != null; next = buffers.poll()) {
      next.release();
    }
  }

  private static ByteBuf root(ByteBuf buffer) {
    ByteBuf root = buffer;
    for (ByteBuf under = root.unwrap(); under != null; under = root.unwrap()) {
      root = under;
    }
    return root;
  }
}
