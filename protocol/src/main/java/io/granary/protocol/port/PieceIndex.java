package io.granary.protocol.port;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Which blocks lie in which pieces. A piece is announced by {@link #put}, its blocks come in
 * numbered chunks, each of which may be added any number of times with one effect, and a second
 * {@link #put} completes it. Thread-safe; a stage fails when the store cannot be asked.
 */
public interface PieceIndex {
  /** The most blocks of one chunk. */
  int CHUNK_BLOCKS_MAX = 4096;

  /**
   * A block of a piece.
   *
   * @param dataOffset the byte of the piece where its data starts
   * @param dataBytes bytes of its data
   */
  record Block(Bytes multihash, long dataOffset, int dataBytes) {}

  /**
   * Where a block lies.
   *
   * @param chunk the chunk of the piece that lists it, with its neighbours
   */
  record Place(Commitment piece, int chunk, long dataOffset, int dataBytes) {}

  /** Stores what is known of a piece, in place of what was. */
  CompletionStage<Void> put(IndexedPiece piece);

  /**
   * Stores a chunk of a piece's blocks, in the order of the piece.
   *
   * @param chunk from 0 on
   * @throws IllegalArgumentException for more than {@link #CHUNK_BLOCKS_MAX} blocks
   */
  CompletionStage<Void> add(Commitment piece, int chunk, List<Block> blocks);

  /** What is known of a piece. */
  CompletionStage<Optional<IndexedPiece>> piece(Commitment piece);

  /** A chunk of a piece's blocks as it was added; empty when there is none. */
  CompletionStage<List<Block>> blocks(Commitment piece, int chunk);

  /**
   * Pieces that hold a block.
   *
   * @param limit the most places wanted
   */
  CompletionStage<List<Place>> places(Bytes multihash, int limit);

  /**
   * Removes a piece and all its blocks; done twice, it does nothing more. Broken off, it leaves the
   * piece at stage REMOVING.
   */
  CompletionStage<Void> remove(Commitment piece);
}
