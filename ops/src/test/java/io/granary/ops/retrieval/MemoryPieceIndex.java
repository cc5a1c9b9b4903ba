package io.granary.ops.retrieval;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A piece index in memory that knows which pieces were indexed, for data that is no CAR. */
final class MemoryPieceIndex implements PieceIndex {
  private final Map<Commitment, IndexedPiece> pieces = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Void> put(IndexedPiece piece) {
    pieces.put(piece.piece().commP(), piece);
    return CompletableFuture.allOf();
  }

  @Override
  public CompletionStage<Void> add(Commitment piece, int chunk, List<Block> blocks) {
    throw new AssertionError("no blocks were expected");
  }

  @Override
  public CompletionStage<Optional<IndexedPiece>> piece(Commitment piece) {
    return CompletableFuture.completedStage(Optional.ofNullable(pieces.get(piece)));
  }

  @Override
  public CompletionStage<List<Block>> blocks(Commitment piece, int chunk) {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public CompletionStage<List<Place>> places(Bytes multihash, int limit) {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public CompletionStage<Void> remove(Commitment piece) {
    pieces.remove(piece);
    return CompletableFuture.allOf();
  }
}
