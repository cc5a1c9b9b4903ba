package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.Cars;
import io.granary.protocol.Bytes;
import io.granary.protocol.piece.PieceInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExtentTest {
  private static final int GAP = 40;

  /** Longer than what is read at once, shorter, and both again. */
  private static final List<Integer> LENGTHS = List.of(300_000, 5, 130_048, 77_777);

  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true);
  private final MemoryPieces pieces = new MemoryPieces();
  private final List<Block> blocks =
      LENGTHS.stream().map(length -> Cars.raw("x".repeat(length))).toList();

  private static List<Extent.Part> parts(List<Block> blocks, long start) {
    List<Extent.Part> parts = new ArrayList<>();
    long at = start;
    for (Block block : blocks) {
      parts.add(new Extent.Part(block.cid(), at, block.data().length()));
      at += block.data().length() + GAP;
    }
    return parts;
  }

  /** The blocks with bytes of nobody between them. */
  private byte[] data(long start) {
    List<Extent.Part> parts = parts(blocks, start);
    byte[] data = new byte[(int) parts.get(parts.size() - 1).end()];
    for (int i = 0; i < blocks.size(); i++) {
      Bytes block = blocks.get(i).data();
      block.copyTo(0, data, (int) parts.get(i).offset(), block.length());
    }
    return data;
  }

  private Extent extent(byte[] data, long start) {
    PieceInfo piece = pieces.add(data);
    return new Extent(pieces.copy(piece), parts(blocks, start), buffers);
  }

  private static Optional<Bytes> take(Extent extent, int number) throws IOException {
    return extent
        .take(number)
        .map(
            data -> {
              Bytes bytes = Bytes.of(ByteBufUtil.getBytes(data));
              data.release();
              return bytes;
            });
  }

  private void assertNothingHeld() {
    assertThat(buffers.metric().usedDirectMemory()).isZero();
    assertThat(pieces.open).hasValue(0);
  }

  @Test
  void givesEachBlockOnce_whenTheyLieOneBehindTheOther() throws IOException {
    Extent extent = extent(data(13), 13);
    extent.run();
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(take(extent, i)).contains(blocks.get(i).data());
      assertThat(take(extent, i)).isEmpty();
    }
    assertNothingHeld();
  }

  @Test
  void givesTheOthers_whenOneIsDamaged() throws IOException {
    byte[] data = data(0);
    data[(int) parts(blocks, 0).get(2).end() - 1] ^= 1;
    Extent extent = extent(data, 0);
    assertThat(take(extent, 3)).contains(blocks.get(3).data());
    assertThat(take(extent, 2)).isEmpty();
    assertThat(take(extent, 1)).contains(blocks.get(1).data());
    assertThat(take(extent, 0)).contains(blocks.get(0).data());
    assertNothingHeld();
  }

  @Test
  void holdsNothing_whenWhatWasReadIsDropped() throws IOException {
    Extent extent = extent(data(0), 0);
    extent.drop(1);
    ByteBuf first = extent.take(0).orElseThrow();
    assertThat(extent.take(1)).isEmpty();
    extent.drop(2);
    extent.drop(3);
    assertThat(first.release()).isTrue();
    assertNothingHeld();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void isNotRead_whenAllIsDroppedBefore() throws IOException {
    Extent extent = extent(data(0), 0);
    for (int i = 0; i < blocks.size(); i++) {
      extent.drop(i);
    }
    extent.run();
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(take(extent, i)).as("nobody will read it").isEmpty();
    }
    assertThat(pieces.bytesRead).hasValue(0);
    assertNothingHeld();
  }
}
