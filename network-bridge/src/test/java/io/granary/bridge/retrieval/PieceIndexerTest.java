package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.car.Block;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.car.Cars;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.vector.VectorRows;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceIndexerTest {
  private final MemoryPieces pieces = new MemoryPieces();
  private final MemoryIndex index = new MemoryIndex();
  private final PieceIndexer indexer =
      new PieceIndexer(index, CarLimits.DEFAULT, Duration.ofSeconds(5));

  @ParameterizedTest
  @ValueSource(strings = {"carv1-basic", "carv2-basic"})
  void keepsTheOffsetsOfTheFixture_whenVectors(String name) throws IOException {
    JsonNode vector = VectorRows.file("market-car").required(name);
    byte[] car = Bytes.fromHex(vector.required("hex").asText()).toArray();
    PieceInfo piece = pieces.add(car);
    IndexedPiece done = indexer.index(pieces.copy(piece));
    JsonNode blocks = vector.required("description").required("blocks");
    assertThat(done.blocks()).isEqualTo(blocks.size());
    assertThat(done.stage()).isEqualTo(IndexedPiece.Stage.COMPLETE);
    List<PieceIndex.Block> rows = index.blocks(piece.commP(), 0).toCompletableFuture().join();
    for (int i = 0; i < blocks.size(); i++) {
      JsonNode block = blocks.get(i);
      assertThat(rows.get(i))
          .isEqualTo(
              new PieceIndex.Block(
                  Cid.parse(block.at("/cid/~1").asText()).multihash(),
                  block.required("blockOffset").longValue(),
                  block.required("blockLength").intValue()));
    }
  }

  @Test
  void cutsIntoChunks_whenBlocksAreMany() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < PieceIndex.CHUNK_BLOCKS_MAX + 1; i++) {
      blocks.add(Cars.raw("block " + i));
    }
    byte[] car = Cars.car(List.of(blocks.get(0).cid()), blocks);
    PieceInfo piece = pieces.add(Arrays.copyOf(car, car.length + 1000));
    IndexedPiece done = indexer.index(pieces.copy(piece));
    assertThat(done.chunks()).isEqualTo(2);
    assertThat(done.blocks()).isEqualTo(blocks.size());
    assertThat(index.blocks(piece.commP(), 1).toCompletableFuture().join()).hasSize(1);
  }

  @Test
  void hasNoBlocks_whenDataIsNoCarOrADamagedOne() throws IOException {
    byte[] random = new byte[10_000];
    new Random(3).nextBytes(random);
    byte[] car = Cars.car(List.of(), List.of(Cars.raw("one"), Cars.raw("two")));
    byte[] damaged = car.clone();
    damaged[damaged.length - 1] ^= 1;
    byte[] cut = Arrays.copyOf(car, car.length - 1);
    for (byte[] data : List.of(random, new byte[500], damaged, cut)) {
      PieceInfo piece = pieces.add(data);
      IndexedPiece done = indexer.index(pieces.copy(piece));
      assertThat(done.blocks()).isZero();
      assertThat(done.stage()).isEqualTo(IndexedPiece.Stage.COMPLETE);
      assertThat(index.piece(piece.commP()).toCompletableFuture().join()).contains(done);
    }
    Bytes multihash = Cars.raw("one").cid().multihash();
    assertThat(index.places(multihash, 5).toCompletableFuture().join()).isEmpty();
  }

  @Test
  void readsTheDataOnce_whenAskedAgain() throws IOException {
    PieceInfo piece = pieces.add(Cars.car(List.of(), List.of(Cars.raw("one"))));
    IndexedPiece done = indexer.index(pieces.copy(piece));
    long read = pieces.bytesRead.get();
    assertThat(indexer.index(pieces.copy(piece))).isEqualTo(done);
    assertThat(pieces.bytesRead).hasValue(read);
    assertThat(pieces.open).hasValue(0);
  }

  @Test
  void refusesTheCopy_whenItsBytesAreNotThePiece() throws IOException {
    byte[] car = Cars.car(List.of(), List.of(Cars.raw("one"), Cars.raw("two")));
    PieceInfo piece = pieces.add(car);
    byte[] behind = Arrays.copyOf(car, car.length + 1);
    behind[car.length] = 1;
    byte[] other = Cars.car(List.of(), List.of(Cars.raw("one"), Cars.raw("twi")));
    for (byte[] stored : List.of(behind, other)) {
      pieces.put(piece, stored, car.length);
      assertThatThrownBy(() -> indexer.index(pieces.copy(piece)))
          .isInstanceOf(DamagedCopyException.class)
          .hasMessageContaining(piece.commP().toString());
      assertThat(index.piece(piece.commP()).toCompletableFuture().join()).isEmpty();
      assertThat(pieces.open).hasValue(0);
    }
  }

  @Test
  void completesTheIndex_whenAnEarlierTryBrokeOff() throws IOException {
    PieceInfo piece = pieces.add(Cars.car(List.of(), List.of(Cars.raw("one"))));
    for (IndexedPiece.Stage stage :
        List.of(IndexedPiece.Stage.BUILDING, IndexedPiece.Stage.REMOVING)) {
      index.put(new IndexedPiece(piece, 10, 0, 0, stage)).toCompletableFuture().join();
      IndexedPiece done = indexer.index(pieces.copy(piece));
      assertThat(done.blocks()).isEqualTo(1);
      assertThat(index.piece(piece.commP()).toCompletableFuture().join()).contains(done);
      assertThat(index.blocks(piece.commP(), 0).toCompletableFuture().join()).hasSize(1);
    }
  }
}
