package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBuf;
import java.nio.channels.FileChannel;

/** A part of a body, at least a byte. Whoever has it sends it or releases it, once. */
public sealed interface Part {
  /** How long it is. */
  int bytes();

  /** What it takes of an answer's buffer until it is sent. */
  int held();

  /** Gives it back unsent. */
  void release();

  /** A part in memory; direct buffers are sent without a copy. */
  static Part of(ByteBuf data) {
    return new InMemory(data);
  }

  /** A buffer. */
  record InMemory(ByteBuf data) implements Part {
    @Override
    public int bytes() {
      return data.readableBytes();
    }

    @Override
    public int held() {
      return data.readableBytes();
    }

    @Override
    public void release() {
      data.release();
    }
  }

  /**
   * Bytes that the kernel sends out of a file. Whoever gives the part sees that it has them in
   * memory: the event loop must not wait for a disk.
   *
   * @param whenDone run once, by whichever thread, when the file is not read for this part any more
   */
  record OfFile(FileChannel file, long position, int bytes, Runnable whenDone) implements Part {
    /**
     * How much longer than a buffer a part of a file may be, and how much less each of its bytes
     * counts: it is no memory of ours, and the kernel sends faster than a thread is waked.
     */
    public static final int LONGER = 8;

    @Override
    public int held() {
      return Math.max(1, bytes / LONGER);
    }

    @Override
    public void release() {
      whenDone.run();
    }
  }
}
