package io.granary.bench;

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

/** The index of one piece in memory. */
final class HeapIndex implements PieceIndex {
  private final Map<Integer, List<Block>> chunks = new ConcurrentHashMap<>();
  private final Map<Bytes, Place> places = new ConcurrentHashMap<>();
  private volatile Optional<IndexedPiece> row = Optional.empty();

  /** Every block in the order of the piece. */
  List<Block> all() {
    List<Block> all = new ArrayList<>();
    for (int i = 0; chunks.containsKey(i); i++) {
      all.addAll(chunks.getOrDefault(i, List.of()));
    }
    return all;
  }

  @Override
  public CompletionStage<Void> put(IndexedPiece piece) {
    row = Optional.of(piece);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> add(Commitment piece, int chunk, List<Block> blocks) {
    chunks.put(chunk, List.copyOf(blocks));
    blocks.forEach(
        block ->
            places.put(
                block.multihash(), new Place(piece, chunk, block.dataOffset(), block.dataBytes())));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Optional<IndexedPiece>> piece(Commitment piece) {
    return CompletableFuture.completedStage(
        row.filter(known -> known.piece().commP().equals(piece)));
  }

  @Override
  public CompletionStage<List<Block>> blocks(Commitment piece, int chunk) {
    return CompletableFuture.completedStage(chunks.getOrDefault(chunk, List.of()));
  }

  @Override
  public CompletionStage<List<Place>> places(Bytes multihash, int limit) {
    return CompletableFuture.completedStage(
        Optional.ofNullable(places.get(multihash)).map(List::of).orElse(List.of()));
  }

  @Override
  public CompletionStage<Void> remove(Commitment piece) {
    chunks.clear();
    places.clear();
    row = Optional.empty();
    return CompletableFuture.completedStage(null);
  }
}
