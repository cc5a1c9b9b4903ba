package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceCacheTest {
  private static final int BYTES = 1000;
  private static final PieceCache.Bounds TWO_PIECES =
      new PieceCache.Bounds(2 * BYTES, 0, Duration.ofSeconds(60));

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private PieceCache cache;

  @BeforeEach
  void open() throws IOException {
    cache = open(TWO_PIECES);
  }

  private PieceCache open(PieceCache.Bounds bounds) throws IOException {
    return PieceCache.open(folder, bounds, () -> now);
  }

  private static byte[] data(int seed) {
    byte[] data = new byte[BYTES];
    new Random(seed).nextBytes(data);
    return data;
  }

  private static PieceInfo piece(int seed) {
    try {
      return CommP.of(new ByteArrayInputStream(data(seed)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void add(int seed) throws IOException {
    cache.promise(piece(seed), BYTES).orElseThrow().fill(new ByteArrayInputStream(data(seed)));
    now = now.plusSeconds(1);
  }

  private boolean has(int seed) {
    return cache.peek(piece(seed), BYTES).isPresent();
  }

  private Optional<PieceCache.Room> promise(int seed) throws IOException {
    return cache.promise(piece(seed), BYTES);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static byte[] read(PieceCopy copy, long offset, long length) throws IOException {
    try (InputStream stream = copy.open(offset, length)) {
      return stream.readAllBytes();
    }
  }

  @Test
  void givesTheDataAndTheZerosAfterIt() throws IOException {
    add(1);
    PieceCopy copy = cache.find(piece(1), BYTES).orElseThrow();
    assertThat(read(copy, 0, BYTES)).isEqualTo(data(1));
    assertThat(read(copy, 990, 26)).isEqualTo(Arrays.copyOfRange(data(1), 990, 1016));
    assertThatThrownBy(() -> copy.open(0, 1017)).hasMessageContaining("are not in 1016");
  }

  @Test
  void deletesWhatWasReadLongestAgo_whenAnotherNeedsRoom() throws IOException {
    add(1);
    add(2);
    now = now.plusSeconds(100);
    assertThat(cache.find(piece(1), BYTES)).isPresent();
    now = now.plusSeconds(100);
    add(3);
    assertThat(has(1)).isTrue();
    assertThat(has(2)).isFalse();
    assertThat(files()).hasSize(2);
    assertThat(cache.bytes()).isEqualTo(2 * BYTES);
  }

  @Test
  void refusesRoom_whileOthersAreOpenOrWereReadJustNow() throws IOException {
    add(1);
    add(2);
    assertThat(promise(3)).as("both are new").isEmpty();
    now = now.plusSeconds(100);
    PieceCopy copy = cache.find(piece(1), BYTES).orElseThrow();
    try (InputStream open = copy.open(0, 10)) {
      now = now.plusSeconds(100);
      assertThat(open.read()).isEqualTo(data(1)[0] & 0xff);
      assertThat(promise(3)).as("the other one goes").isPresent();
      assertThat(promise(4)).as("one is open, one promised").isEmpty();
    }
    assertThat(promise(4)).as("it was open just now").isEmpty();
    now = now.plusSeconds(100);
    assertThat(promise(4)).isPresent();
    assertThatThrownBy(() -> copy.open(0, 1)).hasMessageContaining("was deleted to make room");
    assertThat(files()).isEmpty();
  }

  @Test
  void countsWhatIsPromised_untilTheRoomIsClosed() throws IOException {
    PieceCache.Room one = promise(1).orElseThrow();
    PieceCache.Room two = promise(2).orElseThrow();
    assertThat(promise(3)).isEmpty();
    one.close();
    one.close();
    assertThat(promise(3)).isPresent();
    assertThat(promise(4)).isEmpty();
    two.close();
    assertThat(promise(4)).isPresent();
  }

  @Test
  void refusesAPiece_whenItIsLargerThanTheCacheOrTheDisk() throws IOException {
    add(1);
    now = now.plusSeconds(100);
    assertThat(cache.promise(piece(2), 2 * BYTES + 1)).isEmpty();
    assertThat(has(1)).as("nothing is deleted in vain").isTrue();
    cache = open(new PieceCache.Bounds(2 * BYTES, Long.MAX_VALUE / 2, Duration.ZERO));
    assertThat(promise(2)).isEmpty();
  }

  @Test
  void takesNoOtherPiece_andLeavesNothing() throws IOException {
    for (byte[] wrong : List.of(data(2), new byte[BYTES - 1], new byte[BYTES + 1])) {
      PieceCache.Room room = promise(1).orElseThrow();
      assertThatThrownBy(() -> room.fill(new ByteArrayInputStream(wrong)))
          .isInstanceOf(IOException.class);
    }
    assertThat(has(1)).isFalse();
    assertThat(files()).isEmpty();
    assertThat(promise(1)).as("all room is there again").isPresent();
    assertThat(promise(2)).isPresent();
  }

  @Test
  void servesWhatAnEarlierProcessLeft_butNoParts() throws IOException {
    add(1);
    add(2);
    Files.write(folder.resolve("00-1024.part"), data(3));
    Files.writeString(folder.resolve("notes"), "an operator's");
    cache = open(TWO_PIECES);
    assertThat(read(cache.find(piece(1), BYTES).orElseThrow(), 0, BYTES)).isEqualTo(data(1));
    assertThat(has(2)).isTrue();
    assertThat(cache.bytes()).isEqualTo(2 * BYTES);
    assertThat(files()).hasSize(3).anyMatch(file -> file.endsWith("notes"));
  }

  @Test
  void deletesTheOldest_whenTheBoundIsLowerAfterARestart() throws IOException {
    add(1);
    add(2);
    now = now.plusSeconds(100);
    assertThat(cache.find(piece(1), BYTES)).isPresent();
    cache = open(new PieceCache.Bounds(BYTES, 0, Duration.ZERO));
    assertThat(has(1)).isTrue();
    assertThat(has(2)).isFalse();
    assertThat(files()).hasSize(1);
  }

  @Test
  void saysSo_whenAFileHasBecomeShorter() throws IOException {
    add(1);
    Files.write(files().get(0), Arrays.copyOf(data(1), 500));
    PieceCopy copy = cache.find(piece(1), BYTES).orElseThrow();
    assertThat(read(copy, 0, 500)).isEqualTo(Arrays.copyOf(data(1), 500));
    assertThatThrownBy(() -> read(copy, 0, 501)).isInstanceOf(EOFException.class);
  }

  @Test
  void givesADiscardedPieceNoLonger() throws IOException {
    add(1);
    cache.discard(piece(1));
    cache.discard(piece(1));
    assertThat(cache.find(piece(1), BYTES)).isEmpty();
    assertThat(cache.bytes()).isZero();
    assertThat(files()).isEmpty();
  }
}
