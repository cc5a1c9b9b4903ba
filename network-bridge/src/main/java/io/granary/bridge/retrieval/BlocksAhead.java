package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockHash;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceCopy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * The blocks that one answer will ask for next, read and hashed on the threads of {@link
 * BlockReaders}, as many as a bound on their bytes allows. Who asks for one whose read has not
 * begun reads it himself, so nothing waits for a free thread. Used by one thread at a time.
 */
final class BlocksAhead implements AutoCloseable {
  /** What a read counts at least, so that short blocks are bounded too. */
  private static final int READ_BYTES_MIN = 16 << 10;

  private final BlockReaders readers;
  private final int bytesMax;
  private Map<Cid, Read> reads = new LinkedHashMap<>();
  private long bytes;

  /** Where a block should lie. */
  record Spot(PieceCopy copy, long offset, int length) {
    /** The block; empty when the bytes there are not the block's. */
    Optional<Bytes> read(Cid cid) throws IOException {
      try (InputStream stream = copy.open(offset, length)) {
        Bytes data = Bytes.read(stream, length);
        return BlockHash.matches(cid, data) ? Optional.of(data) : Optional.empty();
      }
    }
  }

  private record Read(FutureTask<Optional<Bytes>> task, int bytes) {}

  /**
   * @param bytesMax of blocks that are read or being read
   */
  BlocksAhead(BlockReaders readers, int bytesMax) {
    this.readers = readers;
    this.bytesMax = bytesMax;
  }

  /**
   * Begins to read what is expected next, when half of what was begun before is used up or does not
   * come next any more. What was begun for later makes room.
   *
   * @param spots where a block lies; what is behind one that has no spot is not read ahead
   */
  void expect(Iterable<Cid> next, Function<Cid, Optional<Spot>> spots) {
    Map<Cid, Read> kept = new LinkedHashMap<>();
    long room = bytesMax;
    for (Cid cid : next) {
      Read read = reads.get(cid);
      if (read != null && kept.isEmpty() && bytes > bytesMax / 2) {
        return;
      }
      if (!kept.containsKey(cid)) {
        Optional<Read> here = read == null ? begin(cid, room, spots) : Optional.of(read);
        if (here.isEmpty() || here.get().bytes() > room) {
          break;
        }
        kept.put(cid, here.get());
        room -= here.get().bytes();
      }
    }
    for (Map.Entry<Cid, Read> later : reads.entrySet()) {
      if (!kept.containsKey(later.getKey()) && later.getValue().bytes() <= room) {
        kept.put(later.getKey(), later.getValue());
        room -= later.getValue().bytes();
      }
    }
    reads.keySet().removeAll(kept.keySet());
    close();
    reads = kept;
    bytes = bytesMax - room;
  }

  private Optional<Read> begin(Cid cid, long room, Function<Cid, Optional<Spot>> spots) {
    Optional<Spot> spot = spots.apply(cid);
    if (spot.isEmpty() || Math.max(READ_BYTES_MIN, spot.get().length()) > room) {
      return Optional.empty();
    }
    FutureTask<Optional<Bytes>> task = new FutureTask<>(() -> spot.get().read(cid));
    return readers.begin(task)
        ? Optional.of(new Read(task, Math.max(READ_BYTES_MIN, spot.get().length())))
        : Optional.empty();
  }

  /**
   * The block, when it was read ahead and hashes to its CID.
   *
   * @throws IOException when it was read ahead and its copy cannot be read
   */
  Optional<Bytes> take(Cid cid) throws IOException {
    Read read = reads.remove(cid);
    if (read == null) {
      return Optional.empty();
    }
    bytes -= read.bytes();
    read.task().run();
    try {
      return read.task().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("reading block " + cid).initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException("reading block " + cid + " ahead", e.getCause());
    }
  }

  /** Drops what was read ahead. */
  @Override
  public void close() {
    reads.values().forEach(read -> read.task().cancel(false));
    reads.clear();
    bytes = 0;
  }
}
