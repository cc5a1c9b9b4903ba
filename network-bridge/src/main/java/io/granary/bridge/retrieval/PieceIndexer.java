package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockCheck;
import io.granary.bridge.car.CarException;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.car.CarScan;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Builds the index of a piece from its data. The data is read once, as a stream; one chunk of rows
 * is held and stored before the next is made, so the store sets the pace and memory does not depend
 * on the piece. Which piece it is comes from the copy, never from the CAR. Every block whose hash
 * function is known is compared with its CID: a CAR with one that differs, and data that is no CAR,
 * are indexed as no blocks at all. The piece commitment of what was read is compared with the
 * piece's: a copy that differs is not indexed. Thread-safe. Two nodes may index one piece at once:
 * they write the same rows.
 */
public final class PieceIndexer {
  private final PieceIndex index;
  private final CarLimits limits;
  private final Duration storeLimit;

  /**
   * @param storeLimit for one chunk to be stored
   */
  public PieceIndexer(PieceIndex index, CarLimits limits, Duration storeLimit) {
    this.index = index;
    this.limits = limits;
    this.storeLimit = storeLimit;
  }

  /**
   * What is known of a piece that was indexed, by whichever node.
   *
   * @throws IOException when the store fails
   */
  public Optional<IndexedPiece> indexed(Commitment commP) throws IOException {
    return await(index.piece(commP)).filter(piece -> piece.stage() == IndexedPiece.Stage.COMPLETE);
  }

  /**
   * Indexes a piece, unless it is already; what a broken-off try left is written over.
   *
   * @throws DamagedCopyException when the copy is another piece's than it says
   * @throws IOException when the copy cannot be read or the store fails
   */
  public IndexedPiece index(PieceCopy copy) throws IOException {
    Commitment commP = copy.piece().commP();
    Optional<IndexedPiece> before = await(index.piece(commP));
    if (before.isPresent() && before.get().stage() == IndexedPiece.Stage.COMPLETE) {
      return before.get();
    }
    if (before.isPresent() && before.get().stage() == IndexedPiece.Stage.REMOVING) {
      await(index.remove(commP));
    }
    IndexedPiece piece =
        new IndexedPiece(copy.piece(), copy.payloadBytes(), 0, 0, IndexedPiece.Stage.BUILDING);
    await(index.put(piece));
    Rows rows = new Rows(commP);
    CommPDigest digest = new CommPDigest();
    try (InputStream data = new DigestedStream(copy.open(0, copy.payloadBytes()), digest)) {
      try {
        CarScan.scan(data, limits, BlockCheck.KNOWN, rows);
        rows.flush();
      } catch (CarException e) {
        await(index.remove(commP));
        rows = new Rows(commP);
      }
      drain(data);
    }
    requireWhole(copy, digest);
    IndexedPiece complete =
        new IndexedPiece(
            copy.piece(),
            copy.payloadBytes(),
            rows.blocks,
            rows.chunks,
            IndexedPiece.Stage.COMPLETE);
    await(index.put(complete));
    return complete;
  }

  /** What is after the data is zeros, as far as the piece goes, and is read like it. */
  private void requireWhole(PieceCopy copy, CommPDigest digest) throws IOException {
    long payload = copy.payloadBytes();
    long rest = copy.piece().unpaddedBytes() - payload;
    try (InputStream zeros = new DigestedStream(copy.open(payload, rest), digest)) {
      drain(zeros);
    }
    if (!digest.finish(copy.piece().paddedBytes()).equals(copy.piece())) {
      await(index.remove(copy.piece().commP()));
      throw new DamagedCopyException(copy.piece().commP());
    }
  }

  private static void drain(InputStream stream) throws IOException {
    long unused = stream.transferTo(OutputStream.nullOutputStream());
  }

  /** Collects rows to chunks. */
  private final class Rows implements CarScan.Sink {
    private final Commitment piece;
    private final List<PieceIndex.Block> waiting = new ArrayList<>();
    private int chunks;
    private long blocks;

    Rows(Commitment piece) {
      this.piece = piece;
    }

    @Override
    public void entry(CarScan.Entry entry) throws IOException {
      waiting.add(new PieceIndex.Block(entry.multihash(), entry.dataOffset(), entry.dataBytes()));
      if (waiting.size() == PieceIndex.CHUNK_BLOCKS_MAX) {
        flush();
      }
    }

    void flush() throws IOException {
      if (!waiting.isEmpty()) {
        await(index.add(piece, chunks, waiting));
        blocks += waiting.size();
        chunks++;
        waiting.clear();
      }
    }
  }

  private <T> T await(CompletionStage<T> stored) throws IOException {
    try {
      return stored
          .toCompletableFuture()
          .orTimeout(storeLimit.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      throw new IOException("the piece index cannot be written: " + e.getCause(), e);
    }
  }
}
