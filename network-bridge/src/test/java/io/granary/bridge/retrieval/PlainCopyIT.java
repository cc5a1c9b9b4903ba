package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.retrieval.plain.PlainCopies;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pieces that are sent out of plain copies. */
class PlainCopyIT {
  private static final int LENGTH = 3_000_000;
  private static final int BIG = 16 << 20;

  @TempDir private Path folder;
  private final Random random = new Random(11);

  private Stand stand(String... more) throws IOException {
    String[] settings = Arrays.copyOf(more, more.length + 3);
    settings[more.length] = "plain-copies.folder = \"" + folder + "\"";
    settings[more.length + 1] = "plain-copies.after-reads = 2";
    settings[more.length + 2] = "plain-copies.free-bytes-min = 0";
    return new Stand(settings);
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private static String path(PieceInfo piece) {
    return "/piece/" + Cid.commP(piece.commP());
  }

  private static PlainCopies.Status status(Stand stand) {
    return stand.server.plainCopies().orElseThrow();
  }

  private static void awaitCopy(Stand stand, PieceInfo piece) throws IOException {
    for (int i = 0; i < 2; i++) {
      assertThat(stand.get(path(piece)).statusCode()).isEqualTo(200);
    }
    await().until(() -> status(stand).copies() == 1);
    stand.pieces.bytesRead.set(0);
  }

  private long filesThere() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void givesTheSameBytes_outOfThePlainCopyAlone_whenAPieceWasReadOften() throws IOException {
    try (Stand stand = stand("part-bytes = 64 KiB")) {
      byte[] data = data(LENGTH);
      PieceInfo piece = stand.pieces.add(data);
      awaitCopy(stand, piece);
      byte[] whole = Arrays.copyOf(data, (int) piece.unpaddedBytes());
      String padded = "/piece/" + Cid.pieceV2(piece, piece.unpaddedBytes());
      assertThat(stand.get(path(piece)).body()).isEqualTo(data);
      assertThat(stand.get(padded).body()).isEqualTo(whole);
      for (int i = 0; i < 100; i++) {
        int from = random.nextInt(whole.length);
        int to = from + random.nextInt(Math.min(whole.length - from, i % 2 == 0 ? 100 : LENGTH));
        HttpResponse<byte[]> part = stand.get(padded, "Range", "bytes=" + from + "-" + to);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body())
            .as("bytes %s to %s", from, to)
            .isEqualTo(Arrays.copyOfRange(whole, from, to + 1));
      }
      assertThat(stand.pieces.bytesRead).as("read of the sector's file").hasValue(0);
    }
    assertThat(filesThere()).isZero();
  }

  @Test
  void isNotCopied_whenOnlyHeadsOrFewBytesAreAskedFor() throws IOException {
    try (Stand stand = stand()) {
      PieceInfo piece = stand.pieces.add(data(LENGTH));
      for (int i = 0; i < 20; i++) {
        stand.send("HEAD", path(piece));
        stand.get(path(piece), "Range", "bytes=0-999");
      }
      assertThat(stand.get(path(piece)).statusCode()).isEqualTo(200);
      assertThat(stand.pieces.bytesRead).hasValue(LENGTH + 20 * 1000);
      assertThat(status(stand).bytes()).isZero();
    }
  }

  @Test
  void isServedNoLonger_whenTheLookupSaysSo() throws IOException {
    try (Stand stand = stand()) {
      PieceInfo piece = stand.pieces.add(data(LENGTH));
      awaitCopy(stand, piece);
      stand.pieces.withoutCopy(piece.commP(), "its sector ended");
      assertThat(stand.get(path(piece)).statusCode()).isEqualTo(404);
      await().until(() -> status(stand).bytes() == 0);
      assertThat(filesThere()).isZero();
    }
  }

  @Test
  void isServedNoLonger_whenItIsDenied(@TempDir Path other) throws IOException {
    Path list = Files.writeString(other.resolve("deny"), "");
    try (Stand stand =
        stand(
            "denylist.file = \"" + list + "\"",
            "denylist.check-every = 1ms",
            "index-every = 20ms")) {
      PieceInfo piece = stand.pieces.add(data(LENGTH));
      awaitCopy(stand, piece);
      Files.writeString(list, Cid.commP(piece.commP()) + "\n");
      await().until(() -> stand.get(path(piece)).statusCode() == 410);
      await().until(() -> status(stand).bytes() == 0);
      assertThat(filesThere()).isZero();
    }
  }

  @Test
  void isReadOutOfItsSectorAgain_whenThePlainCopyIsDamaged() throws IOException {
    try (Stand stand = stand()) {
      byte[] data = data(LENGTH);
      PieceInfo piece = stand.pieces.add(data);
      awaitCopy(stand, piece);
      try (Stream<Path> files = Files.list(folder)) {
        Files.write(files.findAny().orElseThrow(), new byte[LENGTH / 2]);
      }
      assertThatThrownBy(() -> stand.get(path(piece))).isInstanceOf(IOException.class);
      assertThat(stand.get(path(piece)).body()).isEqualTo(data);
      assertThat(stand.pieces.bytesRead).hasValue(LENGTH);
    }
  }

  @Test
  void holdsNothing_whenTheClientLeavesInTheMiddle() throws IOException {
    try (Stand stand = stand()) {
      PieceInfo piece = stand.pieces.add(data(BIG));
      awaitCopy(stand, piece);
      try (RawClient client = new RawClient(stand.server.address())) {
        client.send(get(piece));
        assertThat(client.input().readNBytes(100_000)).hasSize(100_000);
      }
      await().until(() -> stand.server.status().requests() == 0);
      stand.pieces.withoutCopy(piece.commP(), "gone");
      assertThat(stand.get(path(piece)).statusCode()).isEqualTo(404);
      await().until(() -> status(stand).bytes() == 0);
    }
  }

  @Test
  void breaksOff_whenTheReaderTakesNothing_andFreesACopyThatWasGivenUp() throws IOException {
    try (Stand stand = stand("stall-limit = 600ms")) {
      PieceInfo piece = stand.pieces.add(data(BIG));
      awaitCopy(stand, piece);
      try (RawClient stuck = new RawClient(stand.server.address())) {
        stuck.send(get(piece));
        await().until(() -> stand.server.status().requests() == 1);
        stand.pieces.withoutCopy(piece.commP(), "gone");
        assertThat(stand.get(path(piece)).statusCode()).isEqualTo(404);
        assertThat(status(stand))
            .isEqualTo(new PlainCopies.Status(0, BIG, status(stand).bytesMax()));
        await().until(() -> stand.server.status().requests() == 0);
        await().until(() -> status(stand).bytes() == 0);
        assertThatThrownBy(stuck::answer).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void isSentToTheEnd_whenItIsGivenUpMeanwhile() throws IOException {
    try (Stand stand = stand("stall-limit = 60s")) {
      byte[] data = data(BIG);
      PieceInfo piece = stand.pieces.add(data);
      awaitCopy(stand, piece);
      try (RawClient slow = new RawClient(stand.server.address())) {
        slow.send(get(piece));
        await().until(() -> stand.server.status().requests() == 1);
        stand.pieces.withoutCopy(piece.commP(), "gone");
        assertThat(stand.get(path(piece)).statusCode()).isEqualTo(404);
        assertThat(filesThere()).isZero();
        assertThat(slow.answer().body()).isEqualTo(data);
      }
    }
  }

  @Test
  void keepsToTheBandwidth_whenAddressHasABound() throws IOException {
    try (Stand stand = stand("bandwidth-of-address-max = 8 MiB", "part-bytes = 64 KiB")) {
      PieceInfo piece = stand.pieces.add(data(LENGTH));
      awaitCopy(stand, piece);
      long start = System.nanoTime();
      assertThat(stand.get(path(piece)).body()).hasSize(LENGTH);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
    }
  }

  private static String get(PieceInfo piece) {
    return "GET " + path(piece) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
}
