package io.granary.bridge.retrieval;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A piece index in memory; counts its questions. */
public final class MemoryIndex implements PieceIndex {
  private final Map<Commitment, IndexedPiece> pieces = new LinkedHashMap<>();
  private final Map<Commitment, TreeMap<Integer, List<Block>>> chunks = new LinkedHashMap<>();
  private int questions;

  synchronized int questions() {
    return questions;
  }

  @Override
  public synchronized CompletionStage<Void> put(IndexedPiece piece) {
    pieces.put(piece.piece().commP(), piece);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public synchronized CompletionStage<Void> add(Commitment piece, int chunk, List<Block> blocks) {
    if (blocks.size() > CHUNK_BLOCKS_MAX) {
      throw new IllegalArgumentException("chunk of " + blocks.size());
    }
    chunks.computeIfAbsent(piece, added -> new TreeMap<>()).put(chunk, List.copyOf(blocks));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public synchronized CompletionStage<Optional<IndexedPiece>> piece(Commitment piece) {
    return CompletableFuture.completedStage(Optional.ofNullable(pieces.get(piece)));
  }

  @Override
  public synchronized CompletionStage<List<Block>> blocks(Commitment piece, int chunk) {
    questions++;
    return CompletableFuture.completedStage(
        chunks.getOrDefault(piece, new TreeMap<>()).getOrDefault(chunk, List.of()));
  }

  @Override
  public synchronized CompletionStage<List<Place>> places(Bytes multihash, int limit) {
    questions++;
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
  public synchronized CompletionStage<Void> remove(Commitment piece) {
    pieces.remove(piece);
    chunks.remove(piece);
    return CompletableFuture.completedStage(null);
  }
}
