package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockHash;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceCopy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks that lie one behind the other in a copy, read in one go: each byte is taken off its bit
 * padding, hashed and put where it is sent from while it is in the processor's cache. A block whose
 * bytes are not its own, or cannot be read, is not given: who wants it reads it alone and meets
 * what is wrong. Thread-safe.
 */
final class Extent implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Extent.class);

  /** Read from a copy at once: 1024 blocks of 127 bytes, as bit padded data is unpadded. */
  private static final int READ_BYTES = 127 << 10;

  /** Holds nothing from one {@link #run} to the next. */
  private static final ThreadLocal<byte[]> READ =
      ThreadLocal.withInitial(() -> new byte[READ_BYTES]);

  private final PieceCopy copy;
  private final ByteBufAllocator buffers;
  private final List<Slot> slots;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * A block in its copy.
   *
   * @param offset bytes from the start of the piece
   */
  record Part(Cid cid, long offset, int length) {
    long end() {
      return offset + length;
    }
  }

  /** What becomes of a part; guarded by the extent. */
  private static final class Slot {
    private final Part part;
    private boolean wanted = true;
    private boolean settled;
    private @Nullable ByteBuf data;

    Slot(Part part) {
      this.part = part;
    }
  }

  /**
   * @param parts in the order they lie, none over another
   */
  Extent(PieceCopy copy, List<Part> parts, ByteBufAllocator buffers) {
    this.copy = copy;
    this.buffers = buffers;
    this.slots = parts.stream().map(Slot::new).toList();
  }

  /** Reads what is wanted, unless that has begun before. */
  @Override
  public void run() {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    long start = slots.get(0).part.offset();
    long end = slots.get(slots.size() - 1).part.end();
    try (InputStream stream = copy.open(start, end - start)) {
      Window window = new Window(stream, start, end);
      for (Slot slot : slots) {
        window.skipTo(slot.part.offset());
        if (isWanted(slot)) {
          settle(slot, read(slot.part, window));
        }
      }
    } catch (IOException e) {
      LOG.debug("blocks are not read ahead", e);
    } finally {
      settleAll();
    }
  }

  private Optional<ByteBuf> read(Part part, Window window) throws IOException {
    Optional<BlockHash> hash = BlockHash.of(part.cid());
    if (hash.isEmpty()) {
      return Optional.empty();
    }
    ByteBuf data = buffers.directBuffer(part.length());
    boolean good = false;
    try {
      good = window.moveTo(part.length(), data, hash.get()) && hash.get().matches();
    } finally {
      if (!good) {
        data.release();
      }
    }
    return good ? Optional.of(data) : Optional.empty();
  }

  private synchronized boolean isWanted(Slot slot) {
    return slot.wanted;
  }

  private synchronized void settle(Slot slot, Optional<ByteBuf> data) {
    slot.settled = true;
    if (slot.wanted) {
      slot.data = data.orElse(null);
    } else {
      data.ifPresent(ByteBuf::release);
    }
    notifyAll();
  }

  private synchronized void settleAll() {
    slots.forEach(slot -> slot.settled = true);
    notifyAll();
  }

  /**
   * The bytes of a part, the caller's to release, once they have been read and hashed: by the
   * caller, when nobody else has begun.
   *
   * @throws InterruptedIOException when it is interrupted while another thread reads
   */
  Optional<ByteBuf> take(int number) throws InterruptedIOException {
    run();
    Slot slot = slots.get(number);
    synchronized (this) {
      try {
        while (!slot.settled) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException)
            new InterruptedIOException("reading block " + slot.part.cid()).initCause(e);
      }
      Optional<ByteBuf> data = Optional.ofNullable(slot.data);
      slot.data = null;
      slot.wanted = false;
      return data;
    }
  }

  /** A part is not wanted any more; where none is wanted, nothing is read any more. */
  synchronized void drop(int number) {
    Slot slot = slots.get(number);
    slot.wanted = false;
    if (slot.data != null) {
      slot.data.release();
      slot.data = null;
    }
    if (slots.stream().noneMatch(each -> each.wanted) && begun.compareAndSet(false, true)) {
      settleAll();
    }
  }

  /** The bytes that come next of a stream. */
  private static final class Window {
    private final InputStream stream;
    private final byte[] bytes = READ.get();
    private final long end;
    private long position;
    private int from;
    private int to;

    Window(InputStream stream, long start, long end) {
      this.stream = stream;
      this.position = start;
      this.end = end;
    }

    /** Bytes that are there now; 0 at the stream's end. */
    private int there() throws IOException {
      if (from == to) {
        from = 0;
        to = Math.max(0, stream.read(bytes, 0, (int) Math.min(bytes.length, end - position)));
      }
      return to - from;
    }

    void skipTo(long offset) throws IOException {
      while (position < offset && there() > 0) {
        pass((int) Math.min(to - from, offset - position));
      }
    }

    /** Whether there were so many bytes. */
    boolean moveTo(int length, ByteBuf target, BlockHash hash) throws IOException {
      int left = length;
      while (left > 0 && there() > 0) {
        int count = Math.min(left, to - from);
        hash.update(bytes, from, count);
        target.writeBytes(bytes, from, count);
        pass(count);
        left -= count;
      }
      return left == 0;
    }

    private void pass(int count) {
      from += count;
      position += count;
    }
  }
}
