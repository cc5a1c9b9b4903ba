package io.granary.ops.retrieval;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A piece index in memory. */
final class MemoryPieceIndex implements PieceIndex {
  private final Map<Commitment, IndexedPiece> pieces = new ConcurrentHashMap<>();
  private final Map<Commitment, Map<Integer, List<Block>>> chunks = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Void> put(IndexedPiece piece) {
    pieces.put(piece.piece().commP(), piece);
    return CompletableFuture.allOf();
  }

  @Override
  public CompletionStage<Void> add(Commitment piece, int chunk, List<Block> blocks) {
    chunks
        .computeIfAbsent(piece, added -> new ConcurrentHashMap<>())
        .put(chunk, List.copyOf(blocks));
    return CompletableFuture.allOf();
  }

  @Override
  public CompletionStage<Optional<IndexedPiece>> piece(Commitment piece) {
    return CompletableFuture.completedStage(Optional.ofNullable(pieces.get(piece)));
  }

  @Override
  public CompletionStage<List<Block>> blocks(Commitment piece, int chunk) {
    return CompletableFuture.completedStage(
        chunks.getOrDefault(piece, Map.of()).getOrDefault(chunk, List.of()));
  }

  @Override
  public CompletionStage<List<Place>> places(Bytes multihash, int limit) {
    List<Place> places = new ArrayList<>();
    chunks.forEach(
        (piece, all) ->
            all.forEach(
                (chunk, blocks) ->
                    blocks.stream()
                        .filter(block -> block.multihash().equals(multihash))
                        .map(b -> new Place(piece, chunk, b.dataOffset(), b.dataBytes()))
                        .forEach(places::add)));
    return CompletableFuture.completedStage(places.stream().limit(limit).toList());
  }

  @Override
  public CompletionStage<Void> remove(Commitment piece) {
    pieces.remove(piece);
    chunks.remove(piece);
    return CompletableFuture.allOf();
  }
}
