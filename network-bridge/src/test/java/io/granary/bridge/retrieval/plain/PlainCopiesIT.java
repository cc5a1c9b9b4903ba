package io.granary.bridge.retrieval.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.Part;
import io.granary.protocol.Bytes;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache alone, without a server. */
class PlainCopiesIT {
  private static final int LENGTH = 10_000;
  private static final Commitment PIECE = new Commitment(Bytes.fromHex("00".repeat(32)));
  private static final Duration SELDOM = Duration.ofDays(1);

  @TempDir private Path folder;
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final Set<Commitment> gone = ConcurrentHashMap.newKeySet();

  /** A piece in memory; counts how often it was opened from its start. */
  private static final class HeapCopy implements PieceCopy {
    private final PieceInfo piece;
    private final byte[] data;
    private final AtomicInteger opened = new AtomicInteger();

    HeapCopy(int seed) throws IOException {
      data = new byte[LENGTH];
      new Random(seed).nextBytes(data);
      piece = CommP.of(new ByteArrayInputStream(data));
    }

    @Override
    public PieceInfo piece() {
      return piece;
    }

    @Override
    public long payloadBytes() {
      return LENGTH;
    }

    @Override
    public InputStream open(long offset, long length) {
      opened.incrementAndGet();
      byte[] part = Arrays.copyOfRange(data, (int) offset, (int) (offset + length));
      return new ByteArrayInputStream(part);
    }
  }

  private PlainCopies copies(long bytesMax, int copiesMax, Duration sweepEvery) throws IOException {
    PlainCopySettings settings =
        new PlainCopySettings(
            Optional.of(folder), bytesMax, 0, copiesMax, 1, Duration.ofHours(1), 100, 0);
    return PlainCopies.open(settings, piece -> !gone.contains(piece), sweepEvery, () -> now)
        .orElseThrow();
  }

  private static void read(PlainCopies copies, PieceCopy copy) throws IOException {
    try (InputStream stream = copies.over(copy).open(0, LENGTH)) {
      assertThat(stream.readAllBytes()).hasSize(LENGTH);
    }
  }

  private static boolean has(PlainCopies copies, HeapCopy copy) throws IOException {
    Optional<Body> body = copies.body(copy.piece(), 0, LENGTH);
    body.ifPresent(Body::close);
    return body.isPresent();
  }

  private static void fill(PlainCopies copies, HeapCopy copy) throws IOException {
    read(copies, copy);
    await().until(() -> has(copies, copy));
  }

  private long filesThere() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  /** Until the copying that the last read began has come to its end. */
  private static void awaitOpened(HeapCopy copy, int times) {
    await().until(copy.opened::get, opened -> opened >= times);
  }

  @Test
  void theOneUsedLongestAgoMakesRoom_andTheBoundHolds() throws IOException {
    HeapCopy first = new HeapCopy(1);
    HeapCopy second = new HeapCopy(2);
    HeapCopy third = new HeapCopy(3);
    try (PlainCopies copies = copies(2 * LENGTH, 10, SELDOM)) {
      fill(copies, first);
      fill(copies, second);
      read(copies, first);
      fill(copies, third);
      assertThat(has(copies, second)).isFalse();
      assertThat(has(copies, first)).isTrue();
      assertThat(copies.status()).isEqualTo(new PlainCopies.Status(2, 2 * LENGTH, 2 * LENGTH));
      assertThat(filesThere()).isEqualTo(2);
    }
    assertThat(filesThere()).isZero();
  }

  @Test
  void noneThatIsBeingSentMakesRoom() throws IOException {
    HeapCopy first = new HeapCopy(1);
    HeapCopy second = new HeapCopy(2);
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM)) {
      fill(copies, first);
      Body sent = copies.body(first.piece(), 0, LENGTH).orElseThrow();
      read(copies, second);
      assertThat(has(copies, first)).isTrue();
      sent.close();
      await()
          .until(
              () -> {
                now = now.plus(Duration.ofHours(1));
                read(copies, second);
                return has(copies, second);
              });
      assertThat(has(copies, first)).isFalse();
      assertThat(copies.status().bytes()).isEqualTo(LENGTH);
    }
  }

  @Test
  void keepsNoMoreThanSoMany() throws IOException {
    try (PlainCopies copies = copies(100 * LENGTH, 2, SELDOM)) {
      for (int i = 1; i <= 4; i++) {
        fill(copies, new HeapCopy(i));
      }
      assertThat(copies.status().copies()).isEqualTo(2);
      assertThat(copies.status().bytes()).isEqualTo(2 * LENGTH);
    }
  }

  @Test
  void spaceCounts_untilTheLastReaderOfOneThatWasGivenUpIsDone() throws Exception {
    HeapCopy copy = new HeapCopy(1);
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM)) {
      fill(copies, copy);
      Body body = copies.body(copy.piece(), 0, LENGTH).orElseThrow();
      Part part = body.next(ByteBufAllocator.DEFAULT, 100).orElseThrow();
      assertThat(part).isInstanceOf(Part.OfFile.class);
      copies.giveUp(copy.piece().commP());
      assertThat(filesThere()).isZero();
      assertThat(copies.status()).isEqualTo(new PlainCopies.Status(0, LENGTH, LENGTH));
      body.close();
      assertThat(((Part.OfFile) part).file().size()).isEqualTo(LENGTH);
      part.release();
      await().until(() -> copies.status().bytes() == 0);
      assertThat(((Part.OfFile) part).file().isOpen()).isFalse();
    }
  }

  @Test
  void isNotCopied_whenLargerThanAllMayBe() throws IOException {
    HeapCopy copy = new HeapCopy(1);
    try (PlainCopies copies = copies(LENGTH - 1, 10, SELDOM)) {
      read(copies, copy);
      read(copies, copy);
    }
    assertThat(copy.opened).hasValue(2);
  }

  @Test
  void isNoCopy_whenItsBytesAreOthers_andIsNotTriedAgainForAWhile() throws IOException {
    HeapCopy copy = new HeapCopy(1);
    copy.data[LENGTH / 2] ^= 1;
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM)) {
      read(copies, copy);
      awaitOpened(copy, 2);
      await().until(() -> copies.status().bytes() == 0);
      assertThat(filesThere()).isZero();
      read(copies, copy);
      read(copies, copy);
      assertThat(copy.opened).hasValue(4);
      now = now.plus(Duration.ofHours(1));
      read(copies, copy);
      awaitOpened(copy, 6);
      await().until(() -> copies.status().bytes() == 0);
      assertThat(copies.status().copies()).isZero();
    }
  }

  @Test
  void isNoCopy_whenThePieceIsServedNoLongerInTheEnd() throws IOException {
    HeapCopy copy = new HeapCopy(1);
    gone.add(copy.piece().commP());
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM)) {
      read(copies, copy);
      awaitOpened(copy, 2);
      await().until(() -> copies.status().bytes() == 0);
      assertThat(filesThere()).isZero();
    }
  }

  @Test
  void goes_whenThePieceIsServedNoLonger_thoughNobodyAsks() throws IOException {
    HeapCopy copy = new HeapCopy(1);
    try (PlainCopies copies = copies(LENGTH, 10, Duration.ofMillis(5))) {
      fill(copies, copy);
      gone.add(copy.piece().commP());
      await().until(() -> copies.status().bytes() == 0);
      assertThat(filesThere()).isZero();
    }
  }

  @Test
  void emptiesTheFolder_ofWhatIsOurs() throws IOException {
    String name = "ab".repeat(32) + "-128.plain";
    Files.writeString(folder.resolve(name), "old");
    Files.writeString(folder.resolve(name + ".part"), "old");
    copies(LENGTH, 10, SELDOM).close();
    assertThat(filesThere()).isZero();
  }

  @Test
  void refusesTheFolder_andDeletesNothing_whenSomethingElseLiesInIt() throws IOException {
    String name = "ab".repeat(32) + "-128.plain";
    Files.writeString(folder.resolve(name), "old");
    Files.createDirectory(folder.resolve("photos"));
    assertThatThrownBy(() -> copies(LENGTH, 10, SELDOM))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("plain-copies.folder")
        .hasMessageContaining("photos");
    assertThat(filesThere()).isEqualTo(2);
  }

  @Test
  void endsAPartWhereASegmentEnds() throws IOException {
    long end = PlainFile.SEGMENT_BYTES;
    Path sparse = folder.resolveSibling(folder.getFileName() + "-sparse");
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM);
        FileChannel channel =
            FileChannel.open(
                sparse,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
      assertThat(channel.write(ByteBuffer.allocate(1), end + 149)).isEqualTo(1);
      PlainFile file = new PlainFile(new PieceInfo(PIECE, 4L << 30), sparse, channel);
      assertThat(file.hold()).isTrue();
      try (Body body = new PlainBody(copies, file, end - 100, 300)) {
        List<Integer> lengths = new ArrayList<>();
        for (Optional<Part> part = next(body); part.isPresent(); part = next(body)) {
          lengths.add(part.get().bytes());
          part.get().release();
        }
        assertThat(lengths).containsExactly(100, 150, 50);
      }
    }
  }

  private static Optional<Part> next(Body body) throws IOException {
    return body.next(ByteBufAllocator.DEFAULT, 1000);
  }

  @Test
  void goes_whenAnInterruptedReaderHasClosedIt() throws IOException {
    HeapCopy copy = new HeapCopy(1);
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM)) {
      fill(copies, copy);
      try (InputStream stream = copies.over(copy).open(0, LENGTH)) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(stream::readAllBytes).isInstanceOf(ClosedByInterruptException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(has(copies, copy)).isFalse();
      await().until(() -> copies.status().bytes() == 0);
    }
  }

  @Test
  void readsTheDisk_whenWhatIsSentIsNotInMemory() throws IOException {
    HeapCopy copy = new HeapCopy(1);
    try (PlainCopies copies = copies(LENGTH, 10, SELDOM)) {
      fill(copies, copy);
      Path path;
      try (Stream<Path> files = Files.list(folder)) {
        path = files.findAny().orElseThrow();
      }
      Files.write(path, new byte[5000]);
      try (Body body = copies.body(copy.piece(), 0, LENGTH).orElseThrow()) {
        assertThatThrownBy(() -> body.next(ByteBufAllocator.DEFAULT, LENGTH))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("ends at byte 5000 of 10000");
      }
      assertThat(has(copies, copy)).isFalse();
      await().until(() -> copies.status().bytes() == 0);
    }
  }
}
