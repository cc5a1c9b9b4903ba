package io.granary.persistence.store;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The piece index in Cassandra. A chunk is stored whole before the rows that point to its blocks,
 * so that a removal, which goes by the chunks, finds every row however the writer ended.
 */
public final class CassandraPieceIndex implements PieceIndex {
  /** Rows written at once by one call: below what one connection of the driver carries. */
  private static final int ROWS_IN_FLIGHT = 64;

  /** The most places that one lookup gives. */
  static final int PLACES_MAX = 1000;

  private final CqlSession session;
  private final InstantSource clock;
  private final PreparedStatement putPiece;
  private final PreparedStatement selectPiece;
  private final PreparedStatement deletePiece;
  private final PreparedStatement putChunk;
  private final PreparedStatement selectChunk;
  private final PreparedStatement deleteChunk;
  private final PreparedStatement putPlace;
  private final PreparedStatement selectPlaces;
  private final PreparedStatement deletePlace;

  /** Blocks while statements are prepared; the schema must be there. */
  public CassandraPieceIndex(CqlSession session, String keyspace, InstantSource clock) {
    this.session = session;
    this.clock = clock;
    String pieces = keyspace + ".indexed_pieces";
    String chunks = keyspace + ".piece_chunks";
    String places = keyspace + ".block_places";
    putPiece =
        session.prepare(
            "INSERT INTO "
                + pieces
                + " (comm_p, padded_bytes, payload_bytes, blocks, chunks, stage, updated)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)");
    selectPiece =
        session.prepare(
            "SELECT padded_bytes, payload_bytes, blocks, chunks, stage FROM "
                + pieces
                + " WHERE comm_p = ?");
    deletePiece = session.prepare("DELETE FROM " + pieces + " WHERE comm_p = ?");
    putChunk =
        session.prepare("INSERT INTO " + chunks + " (comm_p, chunk, blocks) VALUES (?, ?, ?)");
    selectChunk =
        session.prepare("SELECT blocks FROM " + chunks + " WHERE comm_p = ? AND chunk = ?");
    deleteChunk = session.prepare("DELETE FROM " + chunks + " WHERE comm_p = ? AND chunk = ?");
    putPlace =
        session.prepare(
            "INSERT INTO "
                + places
                + " (multihash, comm_p, chunk, data_offset, data_bytes) VALUES (?, ?, ?, ?, ?)");
    selectPlaces =
        session.prepare(
            "SELECT comm_p, chunk, data_offset, data_bytes FROM "
                + places
                + " WHERE multihash = ? LIMIT ?");
    deletePlace = session.prepare("DELETE FROM " + places + " WHERE multihash = ? AND comm_p = ?");
  }

  @Override
  public CompletionStage<Void> put(IndexedPiece piece) {
    return run(
        putPiece.bind(
            key(piece.piece().commP()),
            piece.piece().paddedBytes(),
            piece.payloadBytes(),
            piece.blocks(),
            piece.chunks(),
            piece.stage().name(),
            clock.instant()));
  }

  @Override
  public CompletionStage<Void> add(Commitment piece, int chunk, List<Block> blocks) {
    if (blocks.size() > CHUNK_BLOCKS_MAX || chunk < 0) {
      throw new IllegalArgumentException(
          "chunk "
              + chunk
              + ": from 0 on with at most "
              + CHUNK_BLOCKS_MAX
              + " blocks, got "
              + blocks.size());
    }
    List<Block> rows = List.copyOf(blocks);
    ByteBuffer key = key(piece);
    return run(putChunk.bind(key, chunk, buffer(BlockList.encode(rows))))
        .thenCompose(
            stored ->
                each(
                    rows,
                    block ->
                        putPlace.bind(
                            buffer(block.multihash()),
                            key,
                            chunk,
                            block.dataOffset(),
                            block.dataBytes())));
  }

  @Override
  public CompletionStage<Optional<IndexedPiece>> piece(Commitment piece) {
    return session
        .executeAsync(selectPiece.bind(key(piece)).setIdempotent(true))
        .thenApply(result -> Optional.ofNullable(result.one()).map(row -> indexed(piece, row)));
  }

  private static IndexedPiece indexed(Commitment piece, Row row) {
    return new IndexedPiece(
        new PieceInfo(piece, row.getLong("padded_bytes")),
        row.getLong("payload_bytes"),
        row.getLong("blocks"),
        row.getInt("chunks"),
        IndexedPiece.Stage.valueOf(Objects.requireNonNullElse(row.getString("stage"), "BUILDING")));
  }

  @Override
  public CompletionStage<List<Block>> blocks(Commitment piece, int chunk) {
    return session
        .executeAsync(selectChunk.bind(key(piece), chunk).setIdempotent(true))
        .thenApply(
            result ->
                Optional.ofNullable(result.one())
                    .map(row -> BlockList.decode(bytes(row, "blocks")))
                    .orElse(List.of()));
  }

  @Override
  public CompletionStage<List<Place>> places(Bytes multihash, int limit) {
    if (limit < 1 || limit > PLACES_MAX) {
      throw new IllegalArgumentException("limit: 1 to " + PLACES_MAX + ", not " + limit);
    }
    return session
        .executeAsync(selectPlaces.bind(buffer(multihash), limit).setIdempotent(true))
        .thenApply(CassandraPieceIndex::places);
  }

  private static List<Place> places(AsyncResultSet result) {
    List<Place> places = new ArrayList<>();
    for (Row row : result.currentPage()) {
      places.add(
          new Place(
              new Commitment(bytes(row, "comm_p")),
              row.getInt("chunk"),
              row.getLong("data_offset"),
              row.getInt("data_bytes")));
    }
    return List.copyOf(places);
  }

  @Override
  public CompletionStage<Void> remove(Commitment piece) {
    return piece(piece)
        .thenCompose(
            known ->
                known.isEmpty()
                    ? CompletableFuture.completedStage(null)
                    : put(known.get().at(IndexedPiece.Stage.REMOVING))
                        .thenCompose(marked -> removeFrom(piece, 0, known.get().chunks()))
                        .thenCompose(gone -> run(deletePiece.bind(key(piece)))));
  }

  /**
   * Removes the chunks from {@code chunk} on. A writer that broke off may have left chunks that the
   * piece's row does not count, so it goes on until one is missing.
   */
  private CompletionStage<Void> removeFrom(Commitment piece, int chunk, int counted) {
    ByteBuffer key = key(piece);
    return blocks(piece, chunk)
        .thenCompose(
            blocks -> {
              if (blocks.isEmpty() && chunk >= counted) {
                return CompletableFuture.completedStage(null);
              }
              return each(blocks, block -> deletePlace.bind(buffer(block.multihash()), key))
                  .thenCompose(gone -> run(deleteChunk.bind(key, chunk)))
                  .thenCompose(gone -> removeFrom(piece, chunk + 1, counted));
            });
  }

  /** Runs a statement for each block, so many at once as one call may. */
  private CompletionStage<Void> each(
      List<Block> blocks, Function<Block, BoundStatement> statement) {
    CompletableFuture<?>[] lanes = new CompletableFuture<?>[ROWS_IN_FLIGHT];
    for (int i = 0; i < ROWS_IN_FLIGHT; i++) {
      lanes[i] = lane(blocks, statement, i).toCompletableFuture();
    }
    return CompletableFuture.allOf(lanes);
  }

  private CompletionStage<Void> lane(
      List<Block> blocks, Function<Block, BoundStatement> statement, int index) {
    if (index >= blocks.size()) {
      return CompletableFuture.completedStage(null);
    }
    return run(statement.apply(blocks.get(index)))
        .thenCompose(done -> lane(blocks, statement, index + ROWS_IN_FLIGHT));
  }

  private CompletionStage<Void> run(BoundStatement statement) {
    return session.executeAsync(statement.setIdempotent(true)).thenApply(result -> null);
  }

  private static ByteBuffer key(Commitment piece) {
    return buffer(piece.bytes());
  }

  private static ByteBuffer buffer(Bytes bytes) {
    return ByteBuffer.wrap(bytes.toArray());
  }

  private static Bytes bytes(Row row, String column) {
    ByteBuffer value = Objects.requireNonNull(row.getByteBuffer(column), column);
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    return Bytes.of(copy);
  }
}
