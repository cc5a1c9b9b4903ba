package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockHash;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceCopy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The blocks that one answer will ask for next, read and hashed on the threads of {@link
 * BlockReaders}, as many as a bound on their bytes allows. Neighbours are read together, as an
 * {@link Extent}. Who asks for one whose read has not begun reads it himself, so nothing waits for
 * a free thread. Used by one thread at a time.
 */
final class BlocksAhead implements AutoCloseable {
  /** What a read counts at least, so that short blocks are bounded too. */
  private static final int READ_BYTES_MIN = 16 << 10;

  /** An extent has such a part of the bytes at most, so that several threads have some to read. */
  private static final int EXTENTS = 4;

  /** Bytes between neighbours: a CAR has the length and the CID of a block there. */
  private static final int GAP_BYTES_MAX = 4 << 10;

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

    private int bytes() {
      return Math.max(READ_BYTES_MIN, length);
    }
  }

  /** One of an extent's blocks. */
  private record Read(Extent extent, int part, int bytes) {}

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
    Map<Cid, Spot> fresh = new LinkedHashMap<>();
    long room = bytesMax;
    for (Cid cid : next) {
      Read read = reads.get(cid);
      if (read != null && kept.isEmpty() && fresh.isEmpty() && bytes > bytesMax / 2) {
        return;
      }
      if (kept.containsKey(cid) || fresh.containsKey(cid)) {
        continue;
      }
      Optional<Spot> spot = read == null ? spots.apply(cid) : Optional.empty();
      int wanted = read == null ? spot.map(Spot::bytes).orElse(Integer.MAX_VALUE) : read.bytes();
      if (wanted > room) {
        break;
      }
      room -= wanted;
      spot.ifPresent(here -> fresh.put(cid, here));
      if (read != null) {
        kept.put(cid, read);
      }
    }
    begin(fresh, kept);
    replace(kept);
  }

  /** Keeps what has room. */
  private void replace(Map<Cid, Read> kept) {
    long room = bytesMax - kept.values().stream().mapToLong(Read::bytes).sum();
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

  /** Begins to read, neighbours together, until the readers have enough to do. */
  private void begin(Map<Cid, Spot> fresh, Map<Cid, Read> begun) {
    List<Map.Entry<Cid, Spot>> run = new ArrayList<>();
    for (Map.Entry<Cid, Spot> each : fresh.entrySet()) {
      if (!run.isEmpty() && !joins(run, each.getValue())) {
        if (!beginRun(run, begun)) {
          return;
        }
        run.clear();
      }
      run.add(each);
    }
    if (!run.isEmpty()) {
      boolean unused = beginRun(run, begun);
    }
  }

  private boolean joins(List<Map.Entry<Cid, Spot>> run, Spot next) {
    Spot last = run.get(run.size() - 1).getValue();
    long gap = next.offset() - (last.offset() + last.length());
    long all = next.bytes() + run.stream().mapToLong(each -> each.getValue().bytes()).sum();
    return next.copy().equals(last.copy())
        && gap >= 0
        && gap <= GAP_BYTES_MAX
        && all <= bytesMax / EXTENTS;
  }

  private boolean beginRun(List<Map.Entry<Cid, Spot>> run, Map<Cid, Read> begun) {
    List<Extent.Part> parts =
        run.stream()
            .map(
                each ->
                    new Extent.Part(
                        each.getKey(), each.getValue().offset(), each.getValue().length()))
            .toList();
    Extent extent = new Extent(run.get(0).getValue().copy(), parts, ByteBufAllocator.DEFAULT);
    if (!readers.begin(extent)) {
      return false;
    }
    for (int i = 0; i < run.size(); i++) {
      begun.put(run.get(i).getKey(), new Read(extent, i, run.get(i).getValue().bytes()));
    }
    return true;
  }

  /**
   * The block, the caller's to release, when it was read ahead and hashes to its CID.
   *
   * @throws InterruptedIOException when it is interrupted
   */
  Optional<ByteBuf> take(Cid cid) throws InterruptedIOException {
    Read read = reads.remove(cid);
    if (read == null) {
      return Optional.empty();
    }
    bytes -= read.bytes();
    return read.extent().take(read.part());
  }

  /** Drops what was read ahead. */
  @Override
  public void close() {
    reads.values().forEach(read -> read.extent().drop(read.part()));
    reads.clear();
    bytes = 0;
  }
}
