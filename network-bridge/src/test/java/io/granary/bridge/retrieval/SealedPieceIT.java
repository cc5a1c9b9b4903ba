package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.Cars;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of pieces that are sealed and may be decoded. */
class SealedPieceIT {
  private static final String PATIENT = "unseal { wait-limit = 60s, abandon-after = 1h }";
  private static final String HASTY = "unseal { wait-limit = 100ms, retry-after = 77s }";

  private final byte[] data = random(100_000);
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final List<Bytes> clients = Collections.synchronizedList(new ArrayList<>());
  private volatile PieceUnsealer.Outcome outcome = new PieceUnsealer.Outcome.UnderWay(done);

  private PieceUnsealer.Outcome unseal(PieceReader.Lookup.Sealed piece, Bytes client) {
    clients.add(client);
    return outcome;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static String path(PieceInfo piece) {
    return "/piece/" + Cid.commP(piece.commP());
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  private void awaitAsked(int times) {
    await().atMost(Duration.ofSeconds(30)).until(() -> clients.size() >= times);
  }

  @Test
  void givesTheRange_whenThePieceIsDecodedWhileTheClientWaits() throws IOException {
    try (Stand stand = new Stand(this::unseal, PATIENT);
        RawClient client = new RawClient(stand.server.address())) {
      PieceInfo piece = stand.pieces.add(data);
      Runnable unsealed = stand.pieces.seal(piece);
      client.send(get(path(piece)).replace("\r\n\r\n", "\r\nRange: bytes=7-9\r\n\r\n"));
      awaitAsked(1);
      unsealed.run();
      done.complete(null);
      RawClient.Answered answer = client.answer();
      assertThat(answer.status()).isEqualTo(206);
      assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(data, 7, 10));
      assertThat(clients.get(0)).isEqualTo(Bytes.of(new byte[] {127, 0, 0, 1}));
      client.send(get(path(piece)));
      assertThat(client.answer().body()).isEqualTo(data);
    }
  }

  @Test
  void answers503WithRetryAfter_whenItTakesLongerThanTheClientMayWait() throws IOException {
    try (Stand stand = new Stand(this::unseal, HASTY)) {
      PieceInfo piece = stand.pieces.add(data);
      Runnable unsealed = stand.pieces.seal(piece);
      HttpResponse<byte[]> answer = stand.get(path(piece));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).contains("77");
      assertThat(text(answer))
          .contains(Cid.commP(piece.commP()).toString())
          .contains("sector " + SectorId.of(1000, 7));
      unsealed.run();
      assertThat(stand.get(path(piece)).body()).isEqualTo(data);
    }
  }

  @Test
  void answers503_whenDecodingFailsWhileTheClientWaits() throws IOException {
    try (Stand stand = new Stand(this::unseal, PATIENT);
        RawClient client = new RawClient(stand.server.address())) {
      PieceInfo piece = stand.pieces.add(data);
      Runnable unused = stand.pieces.seal(piece);
      client.send(get(path(piece)));
      awaitAsked(1);
      outcome = new PieceUnsealer.Outcome.Refused("it failed", Duration.ofSeconds(5));
      done.complete(null);
      RawClient.Answered answer = client.answer();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("retry-after", "5");
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("it failed");
    }
  }

  @Test
  void servesOthersOnTheOnlyThread_whileClientsWait() throws IOException {
    try (Stand stand =
            new Stand(
                this::unseal,
                "workers = 1",
                "unseal { wait-limit = 60s, abandon-after = 1h, waiting-max = 2 }");
        RawClient one = new RawClient(stand.server.address());
        RawClient two = new RawClient(stand.server.address())) {
      PieceInfo piece = stand.pieces.add(data);
      PieceInfo other = stand.pieces.add(random(1000));
      Runnable unsealed = stand.pieces.seal(piece);
      one.send(get(path(piece)));
      two.send(get(path(piece)));
      awaitAsked(2);
      assertThat(stand.get(path(other)).body()).hasSize(1000);
      assertThat(stand.get(path(piece)).statusCode()).as("a third one").isEqualTo(503);
      unsealed.run();
      done.complete(null);
      assertThat(one.answer().body()).isEqualTo(data);
      assertThat(two.answer().body()).isEqualTo(data);
    }
  }

  @Test
  void holdsNoPlace_whenWaitingClientsHaveGone() throws IOException {
    try (Stand stand = new Stand(this::unseal, HASTY)) {
      PieceInfo piece = stand.pieces.add(data);
      Runnable unused = stand.pieces.seal(piece);
      try (RawClient gone = new RawClient(stand.server.address())) {
        gone.send(get(path(piece)));
        awaitAsked(1);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> stand.server.status(),
              status -> status.requests() == 0 && status.connections() == 0);
    }
  }

  @Test
  void givesTheHeadAndAsksForNothing_whenHeadIsAskedFor() throws IOException {
    try (Stand stand = new Stand(this::unseal, PATIENT)) {
      PieceInfo piece = stand.pieces.add(data);
      Runnable unused = stand.pieces.seal(piece);
      HttpResponse<byte[]> head = stand.send("HEAD", path(piece));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.headers().firstValue("content-length")).contains("100000");
      assertThat(stand.get(path(piece), "Range", "bytes=100000-").statusCode()).isEqualTo(416);
      assertThat(stand.get(path(piece), "If-None-Match", "*").statusCode()).isEqualTo(304);
      assertThat(clients).isEmpty();
    }
  }

  @Test
  void answers404_whenDecodingIsNotAllowed() throws IOException {
    try (Stand stand = new Stand()) {
      PieceInfo piece = stand.pieces.add(data);
      Runnable unused = stand.pieces.seal(piece);
      assertThat(stand.get(path(piece)).statusCode()).isEqualTo(404);
      assertThat(stand.send("HEAD", path(piece)).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void decodesNothing_whenThePieceIsDenied(@TempDir Path folder) throws IOException {
    byte[] car = car(Cars.raw("one"));
    Path list = folder.resolve("deny");
    Files.writeString(list, "\n");
    try (Stand stand =
        new Stand(
            this::unseal, "denylist { file = \"" + list + "\", check-every = 1ms }", PATIENT)) {
      PieceInfo piece = stand.indexed(car);
      Runnable unused = stand.pieces.seal(piece);
      Files.writeString(list, Cid.commP(piece.commP()) + "\n# longer than before\n");
      Files.setLastModifiedTime(list, FileTime.from(Instant.EPOCH));
      assertThat(stand.get(path(piece)).statusCode()).isEqualTo(410);
      assertThat(stand.get("/ipfs/" + Cars.raw("one").cid() + "?format=raw").statusCode())
          .isEqualTo(404);
      assertThat(clients).isEmpty();
    }
  }

  @Test
  void givesBlockAndCar_whenTheirPieceIsDecodedWhileTheClientWaits() throws IOException {
    Block block = Cars.raw("one");
    try (Stand stand = new Stand(this::unseal, PATIENT);
        RawClient client = new RawClient(stand.server.address())) {
      PieceInfo piece = stand.indexed(car(block));
      Runnable unsealed = stand.pieces.seal(piece);
      client.send(get("/ipfs/" + block.cid() + "?format=raw"));
      awaitAsked(1);
      unsealed.run();
      done.complete(null);
      assertThat(client.answer().body()).isEqualTo("one".getBytes(StandardCharsets.UTF_8));
      assertThat(stand.get("/ipfs/" + block.cid() + "?format=car").body()).isEqualTo(car(block));
    }
  }

  @Test
  void tellsWhatTheIndexKnows_whenTheHeadOfASealedBlockIsAskedFor() throws IOException {
    Block block = Cars.raw("one");
    try (Stand stand = new Stand(this::unseal, PATIENT)) {
      PieceInfo piece = stand.indexed(car(block));
      Runnable unused = stand.pieces.seal(piece);
      HttpResponse<byte[]> raw = stand.send("HEAD", "/ipfs/" + block.cid() + "?format=raw");
      assertThat(raw.statusCode()).isEqualTo(200);
      assertThat(raw.headers().firstValue("content-length")).contains("3");
      assertThat(stand.send("HEAD", "/ipfs/" + block.cid() + "?format=car").statusCode())
          .isEqualTo(200);
      assertThat(stand.send("HEAD", "/ipfs/" + block.cid() + "/a?format=car").statusCode())
          .isEqualTo(503);
      assertThat(
              stand
                  .get("/ipfs/" + block.cid() + "?format=raw", "Cache-Control", "only-if-cached")
                  .statusCode())
          .isEqualTo(412);
      assertThat(clients).isEmpty();
    }
  }

  private static byte[] car(Block block) {
    return Cars.car(List.of(block.cid()), List.of(block));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
