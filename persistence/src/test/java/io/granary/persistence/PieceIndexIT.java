package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.persistence.store.CassandraPieceIndex;
import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PieceIndexIT {
  private static final long PADDED = 1 << 20;

  private static OwnKeyspace keyspace;
  private static PieceIndex index;

  @BeforeAll
  static void start() {
    keyspace = OwnKeyspace.make("pieces");
    index =
        new CassandraPieceIndex(
            keyspace.session(),
            keyspace.name(),
            InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
  }

  @AfterAll
  static void stop() {
    keyspace.close();
  }

  @Test
  void findsEveryBlock_whenPieceIsAddedInChunks() {
    Commitment piece = piece(1);
    List<PieceIndex.Block> first = blocks("one", 0, PieceIndex.CHUNK_BLOCKS_MAX);
    List<PieceIndex.Block> second = blocks("one", PieceIndex.CHUNK_BLOCKS_MAX, 10);
    get(index.put(row(piece, 0, 0, IndexedPiece.Stage.BUILDING)));
    get(index.add(piece, 0, first));
    get(index.add(piece, 1, second));
    get(index.add(piece, 1, second));
    IndexedPiece complete =
        row(piece, first.size() + second.size(), 2, IndexedPiece.Stage.COMPLETE);
    get(index.put(complete));

    assertThat(get(index.piece(piece))).contains(complete);
    assertThat(get(index.blocks(piece, 0))).isEqualTo(first);
    assertThat(get(index.blocks(piece, 1))).isEqualTo(second);
    assertThat(get(index.blocks(piece, 2))).isEmpty();
    List<PieceIndex.Block> all = new ArrayList<>(first);
    all.addAll(second);
    for (int i = 0; i < all.size(); i += 97) {
      PieceIndex.Block block = all.get(i);
      assertThat(get(index.places(block.multihash(), 10)))
          .containsExactly(
              new PieceIndex.Place(
                  piece, i / PieceIndex.CHUNK_BLOCKS_MAX, block.dataOffset(), block.dataBytes()));
    }
  }

  @Test
  void namesEachPiece_whenTheyShareABlock() {
    List<PieceIndex.Block> shared = blocks("shared", 0, 1);
    for (int i = 0; i < 3; i++) {
      get(index.put(row(piece(100 + i), 1, 1, IndexedPiece.Stage.COMPLETE)));
      get(index.add(piece(100 + i), 0, shared));
    }
    Bytes multihash = shared.get(0).multihash();
    assertThat(get(index.places(multihash, 10))).hasSize(3);
    assertThat(get(index.places(multihash, 2))).hasSize(2);
    get(index.remove(piece(101)));
    assertThat(get(index.places(multihash, 10)))
        .extracting(PieceIndex.Place::piece)
        .containsExactlyInAnyOrder(piece(100), piece(102));
  }

  @Test
  void leavesNothing_whenPieceIsRemovedAfterItsWriterBrokeOff() {
    Commitment piece = piece(2);
    get(index.put(row(piece, 0, 0, IndexedPiece.Stage.BUILDING)));
    get(index.add(piece, 0, blocks("two", 0, 300)));
    get(index.add(piece, 1, blocks("two", 300, 5)));
    get(index.remove(piece));
    get(index.remove(piece));

    assertThat(get(index.piece(piece))).isEmpty();
    assertThat(count("piece_chunks", piece)).isZero();
    for (PieceIndex.Block block : blocks("two", 0, 305)) {
      assertThat(get(index.places(block.multihash(), 1))).isEmpty();
    }
  }

  @Test
  void findsItsBlocks_whenPieceIsAddedAgainAfterRemoval() {
    Commitment piece = piece(3);
    for (int round = 0; round < 2; round++) {
      get(index.remove(piece));
      get(index.put(row(piece, 1, 1, IndexedPiece.Stage.COMPLETE)));
      get(index.add(piece, 0, blocks("three", 0, 1)));
      assertThat(get(index.places(blocks("three", 0, 1).get(0).multihash(), 1))).hasSize(1);
    }
  }

  @Test
  void answersEmpty_whenNothingIsKnown() {
    assertThat(get(index.piece(piece(4)))).isEmpty();
    assertThat(get(index.places(Bytes.fromHex("1200"), 5))).isEmpty();
    get(index.remove(piece(4)));
  }

  @Test
  void refuses_whenChunkOrLimitIsOutOfBounds() {
    List<PieceIndex.Block> tooMany = blocks("four", 0, PieceIndex.CHUNK_BLOCKS_MAX + 1);
    assertThatThrownBy(() -> index.add(piece(5), 0, tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4097");
    assertThatThrownBy(() -> index.places(Bytes.fromHex("1200"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit");
  }

  private static long count(String table, Commitment piece) {
    return keyspace
        .session()
        .execute(
            "SELECT chunk FROM "
                + keyspace.name()
                + "."
                + table
                + " WHERE comm_p = ? AND chunk IN (0, 1, 2)",
            ByteBuffer.wrap(piece.bytes().toArray()))
        .all()
        .size();
  }

  private static IndexedPiece row(
      Commitment piece, long blocks, int chunks, IndexedPiece.Stage stage) {
    return new IndexedPiece(new PieceInfo(piece, PADDED), 1000, blocks, chunks, stage);
  }

  private static Commitment piece(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new Commitment(Bytes.of(bytes));
  }

  private static List<PieceIndex.Block> blocks(String seed, int from, int count) {
    List<PieceIndex.Block> blocks = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      Bytes digest = Sha256.hash(Bytes.of((seed + i).getBytes(StandardCharsets.UTF_8)));
      blocks.add(
          new PieceIndex.Block(Bytes.concat(Bytes.fromHex("1220"), digest), 100L * i + 40, i % 90));
    }
    return blocks;
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
