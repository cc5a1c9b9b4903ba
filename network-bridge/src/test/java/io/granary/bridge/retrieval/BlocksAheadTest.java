package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.Cars;
import io.granary.protocol.Bytes;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlocksAheadTest {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int BYTES_MAX = 4 * BLOCK_BYTES;
  private static final long PATIENCE_SECONDS = 30;

  private final AtomicInteger opened = new AtomicInteger();
  private final BlockReaders readers = new BlockReaders(new ReadAheadSettings(2, 8, BYTES_MAX));
  private final BlocksAhead ahead = readers.forAnswer();

  @AfterEach
  void stop() {
    readers.close();
  }

  /** A copy that lets {@code open} make its streams. */
  private interface Opening extends PieceCopy {
    InputStream open() throws IOException;

    @Override
    default InputStream open(long offset, long length) throws IOException {
      return open();
    }

    @Override
    default PieceInfo piece() {
      throw new UnsupportedOperationException();
    }

    @Override
    default long payloadBytes() {
      throw new UnsupportedOperationException();
    }
  }

  private static List<Block> blocks(int count) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(Cars.raw(String.valueOf((char) ('a' + i)).repeat(BLOCK_BYTES)));
    }
    return blocks;
  }

  private void expect(List<Block> blocks) {
    expect(blocks, block -> new ByteArrayInputStream(block.data().toArray()));
  }

  /** What is in a block. */
  private interface Content {
    InputStream of(Block block) throws IOException;
  }

  private void expect(List<Block> blocks, Content content) {
    ahead.expect(
        blocks.stream().map(Block::cid).toList(),
        cid -> {
          Block block =
              blocks.stream().filter(each -> each.cid().equals(cid)).findFirst().orElseThrow();
          Opening copy =
              () -> {
                opened.incrementAndGet();
                return content.of(block);
              };
          return Optional.of(new BlocksAhead.Spot(copy, 0, block.data().length()));
        });
  }

  private Optional<Bytes> take(Block block) throws IOException {
    return ahead
        .take(block.cid())
        .map(
            data -> {
              Bytes bytes = Bytes.of(ByteBufUtil.getBytes(data));
              data.release();
              return bytes;
            });
  }

  @Test
  void givesEachBlockOnce_whenExpected() throws IOException {
    List<Block> blocks = blocks(3);
    expect(blocks);
    for (Block block : blocks) {
      assertThat(take(block)).contains(block.data());
      assertThat(take(block)).isEmpty();
    }
    assertThat(opened).hasValue(3);
  }

  @Test
  void readsSeveralAtOnce_whenExpected() throws IOException {
    List<Block> blocks = blocks(2);
    CountDownLatch both = new CountDownLatch(2);
    expect(
        blocks,
        block -> {
          both.countDown();
          try {
            if (!both.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
              throw new IOException("the other is not read");
            }
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return new ByteArrayInputStream(block.data().toArray());
        });
    assertThat(take(blocks.get(0))).contains(blocks.get(0).data());
    assertThat(take(blocks.get(1))).contains(blocks.get(1).data());
  }

  @Test
  void readsNoMoreThanItsBytes_whenMuchIsExpected() throws IOException {
    List<Block> blocks = blocks(10);
    expect(blocks);
    expect(blocks);
    for (Block block : blocks.subList(0, 4)) {
      assertThat(take(block)).contains(block.data());
    }
    for (Block block : blocks.subList(4, 10)) {
      assertThat(take(block)).isEmpty();
    }
    assertThat(opened).hasValue(4);
  }

  @Test
  void goesOn_whenHalfIsTaken() throws IOException {
    List<Block> blocks = blocks(10);
    for (int i = 0; i < blocks.size(); i++) {
      if (i > 0) {
        assertThat(take(blocks.get(i))).contains(blocks.get(i).data());
      }
      expect(blocks.subList(i + 1, blocks.size()));
    }
    assertThat(opened).hasValue(9);
  }

  @Test
  void makesRoom_whenOthersComeBefore() throws IOException {
    List<Block> blocks = blocks(8);
    expect(blocks.subList(4, 8));
    expect(blocks);
    for (Block block : blocks.subList(0, 4)) {
      assertThat(take(block)).contains(block.data());
    }
    for (Block block : blocks.subList(4, 8)) {
      assertThat(take(block)).isEmpty();
    }
  }

  @Test
  void givesNothing_whenBytesAreNotTheBlocks() throws IOException {
    List<Block> blocks = blocks(2);
    expect(blocks, block -> new ByteArrayInputStream(new byte[BLOCK_BYTES]));
    assertThat(take(blocks.get(0))).isEmpty();
    expect(blocks.subList(1, 2), block -> InputStream.nullInputStream());
    assertThat(take(blocks.get(1))).isEmpty();
  }

  @Test
  void givesNothing_whenCopyCannotBeRead() throws IOException {
    List<Block> blocks = blocks(1);
    expect(
        blocks,
        block -> {
          throw new EOFException("gone");
        });
    assertThat(take(blocks.get(0))).isEmpty();
    assertThat(opened).hasValue(1);
  }

  @Test
  void readsNothingAhead_whenReadersAreClosed() throws IOException {
    readers.close();
    List<Block> blocks = blocks(2);
    expect(blocks);
    assertThat(take(blocks.get(0))).isEmpty();
    assertThat(opened).hasValue(0);
  }

  @Test
  void readsItself_whenNoThreadIsFree() throws IOException {
    CountDownLatch busy = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      assertThat(readers.begin(() -> await(busy))).isTrue();
    }
    try {
      List<Block> blocks = blocks(2);
      expect(blocks);
      assertThat(take(blocks.get(0))).contains(blocks.get(0).data());
      assertThat(opened).hasValue(1);
    } finally {
      busy.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not freed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
