package io.granary.bridge.transfer;

import static io.granary.bridge.transfer.FileServer.write;
import static io.granary.bridge.transfer.Transfers.DEAL;
import static io.granary.bridge.transfer.Transfers.commP;
import static io.granary.bridge.transfer.Transfers.content;
import static io.granary.bridge.transfer.Transfers.order;
import static io.granary.bridge.transfer.Transfers.pieceFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.protocol.Bytes;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Order;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers from servers on loopback, good ones and bad ones. */
@Timeout(60)
class HttpDealFetcherIT {
  private static final byte[] CONTENT = content(1_000_003);
  private static final String ETAG = "\"one\"";
  private static final String SERVER = "127.0.0.1";

  private Transfers transfers;
  private FileServer server;

  HttpDealFetcherIT(@TempDir Path root) throws IOException {
    transfers = new Transfers(root, "");
    server = FileServer.start(FileServer.file(CONTENT, ETAG));
  }

  @BeforeEach
  void nothingIsStaged() throws IOException {
    assertThat(transfers.staging.leftovers(Set.of())).isEmpty();
  }

  @AfterEach
  void close() throws IOException {
    transfers.close();
    server.close();
  }

  /** Begins again with other settings, in the same staging. */
  private void restart(String changes) {
    transfers.close();
    transfers = new Transfers(transfers.root, changes);
  }

  private String url() {
    return url(SERVER);
  }

  private String url(String host) {
    return "http://" + host + ":" + server.port() + "/one.car?token=x%20y";
  }

  private Order whole(long known) {
    return order(url(), CONTENT, known);
  }

  private void assertComplete(End end) throws IOException {
    assertThat(end)
        .isEqualTo(
            new End.Complete(
                new StagedFile(
                    Transfers.STORAGE, Staging.FOLDER + "/" + DEAL + ".data", CONTENT.length),
                commP(CONTENT, pieceFor(CONTENT))));
    assertThat(transfers.onDisk()).isEqualTo(Bytes.of(CONTENT));
  }

  private static String refusal(End end) {
    assertThat(end).isInstanceOf(End.Refused.class);
    return ((End.Refused) end).reason();
  }

  @Test
  void bringsTheFile_andWhatItHashesTo() throws Exception {
    assertComplete(transfers.fetch(whole(0)));
    FileServer.Request request = server.requests.get(0);
    assertThat(request.line()).isEqualTo("GET /one.car?token=x%20y HTTP/1.1");
    assertThat(request.fields())
        .containsEntry("host", SERVER + ":" + server.port())
        .containsEntry("accept-encoding", "identity")
        .doesNotContainKey("range");
    assertThat(transfers.told).containsExactly((long) CONTENT.length);
  }

  @Test
  void asksNobody_whenAllIsHereAlready() throws Exception {
    assertComplete(transfers.fetch(whole(0)));
    restart("");
    assertComplete(transfers.fetch(whole(CONTENT.length)));
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void fetchesAllOfIt_whenWhatIsHereIsDamaged() throws Exception {
    assertComplete(transfers.fetch(whole(0)));
    byte[] damaged = CONTENT.clone();
    damaged[1000] ^= 1;
    Files.write(transfers.file(), damaged);
    Order known = whole(0);
    End again =
        transfers.fetch(
            new Order(DEAL, known.source(), known.sizeBytes(), known.piece(), known.known(), true));
    assertComplete(again);
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void sendsTheClientsHeaders() throws Exception {
    Map<String, String> headers = Map.of("Authorization", "Basic x", "user-agent", "theirs");
    assertComplete(transfers.fetch(order(url(), headers, CONTENT, 0)));
    assertThat(server.requests.get(0).fields())
        .containsEntry("authorization", "Basic x")
        .containsEntry("user-agent", "theirs");
  }

  @Test
  void goesOnWhereItBrokeOff() throws Exception {
    server.handle(FileServer.file(CONTENT, ETAG, 300_000));
    for (int part = 1; part <= 3; part++) {
      End.BrokenOff broken = (End.BrokenOff) transfers.fetch(whole(300_000L * (part - 1)));
      assertThat(broken.receivedBytes()).isEqualTo(300_000L * part);
      assertThat(broken.totalBytes()).isEqualTo(CONTENT.length);
      assertThat(broken.reason()).contains("too early");
      restart("");
    }
    assertComplete(transfers.fetch(whole(900_000)));
    assertThat(server.requests.get(1).fields())
        .containsEntry("range", "bytes=300000-")
        .containsEntry("if-range", ETAG);
  }

  @Test
  void startsOver_whenTheFileChanged() throws Exception {
    server.handle(FileServer.file(CONTENT, "\"old\"", 300_000));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertThat(transfers.fetch(whole(300_000))).isInstanceOf(End.StartOver.class);
    assertThat(transfers.staging.leftovers(Set.of())).isEmpty();
    assertComplete(transfers.fetch(whole(0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nContent-Length: 1000003", // does not know ranges
        "HTTP/1.1 206 Part\nContent-Range: bytes 0-9/1000003\nContent-Length: 10",
        "HTTP/1.1 206 Part\nContent-Range: bytes 300000-1000003/1000004",
        "HTTP/1.1 206 Part\nETag: \"two\"\nContent-Range: bytes 300000-1000002/1000003",
        "HTTP/1.1 206 Part\nContent-Length: 700003",
        "HTTP/1.1 206 Part\nContent-Type: multipart/byteranges; boundary=x",
        "HTTP/1.1 416 No\nContent-Range: bytes */299999",
        "HTTP/1.1 416 No"
      })
  void startsOver_whenTheAnswerIsNotTheRest(String answer) throws Exception {
    server.handle(FileServer.file(CONTENT, ETAG, 300_000));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
    server.handle((request, out) -> write(out, answer));
    assertThat(transfers.fetch(whole(300_000))).isInstanceOf(End.StartOver.class);
  }

  @Test
  void startsOver_whenItsBytesAreNotHere() throws Exception {
    assertThat(transfers.fetch(whole(300_000))).isInstanceOf(End.StartOver.class);
    assertThat(server.requests).isEmpty();
  }

  @Test
  void startsOver_whenTheServerNamesNothingToGoOnBy() throws Exception {
    server.handle(FileServer.file(CONTENT, "W/\"weak\"", 300_000));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
    assertThat(transfers.fetch(whole(300_000))).isInstanceOf(End.StartOver.class);
    server.handle(FileServer.file(CONTENT, "W/\"weak\""));
    assertComplete(transfers.fetch(whole(0)));
    assertThat(server.requests.get(1).fields()).doesNotContainKey("range");
  }

  @Test
  void goesOnByTheTimeOfTheLastChange_whenThereIsNoTag() throws Exception {
    String dates =
        "\nDate: Mon, 30 Nov 2026 08:00:00 GMT\nLast-Modified: Mon, 30 Nov 2026 07:00:00 GMT";
    server.handle(
        (request, out) -> {
          write(out, "HTTP/1.1 200 OK\nContent-Length: " + CONTENT.length + dates);
          out.write(CONTENT, 0, 1000);
        });
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
    server.handle(FileServer.file(CONTENT, "Mon, 30 Nov 2026 07:00:00 GMT"));
    assertComplete(transfers.fetch(whole(1000)));
  }

  @Test
  void takesChunks_andInterimAnswers() throws Exception {
    server.handle(
        (request, out) -> {
          write(out, "HTTP/1.1 103 Early Hints\nLink: x");
          write(out, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nETag: " + ETAG);
          for (int at = 0; at < CONTENT.length; at += 99_991) {
            int length = Math.min(99_991, CONTENT.length - at);
            out.write(
                (Integer.toHexString(length) + ";x=y\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(CONTENT, at, length);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
          }
          out.write("0\r\nTrailer: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
    assertComplete(transfers.fetch(whole(0)));
  }

  @Test
  void takesTheEndOfTheConnectionForTheEnd_onlyWhenTheDealTellsTheLength() throws Exception {
    server.handle(
        (request, out) -> {
          write(out, "HTTP/1.0 200 OK");
          out.write(CONTENT);
        });
    Order known = whole(0);
    Order unknown = new Order(DEAL, known.source(), 0, known.piece(), known.known());
    assertThat(refusal(transfers.fetch(unknown))).contains("length");
    assertComplete(transfers.fetch(known));
  }

  @ParameterizedTest
  @CsvSource({
    "404, false",
    "403, false",
    "410, false",
    "204, false",
    "206, false",
    "300, false",
    "429, true",
    "408, true",
    "500, true",
    "503, true"
  })
  void triesAgainLater_onlyWhereThatMayHelp(int status, boolean later) throws Exception {
    server.handle((request, out) -> write(out, "HTTP/1.1 " + status + " x\nContent-Length: 0"));
    End end = transfers.fetch(whole(0));
    assertThat(end).isInstanceOf(later ? End.BrokenOff.class : End.Refused.class);
    assertThat(end.toString()).contains("status " + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nContent-Length: 999999", // another length than the deal's
        "HTTP/1.1 200 OK\nContent-Length: 1000000000000", // more than the piece takes
        "HTTP/1.1 200 OK\nContent-Length: 0",
        "HTTP/1.1 200 OK\nContent-Length: 1000003\nContent-Encoding: gzip"
      })
  void refusesWhatIsNotTheFile(String answer) throws Exception {
    server.handle((request, out) -> write(out, answer));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-x",
        "HTTP/2 200",
        "HTTP/1.1 200 OK\nContent-Length: -1",
        "HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 5",
        "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked",
        "HTTP/1.1 200 OK\n folded: x",
        "HTTP/1.1 200 OK\nno colon"
      })
  void breaksOff_whenTheAnswerIsNoGoodHttp(String answer) throws Exception {
    server.handle((request, out) -> write(out, answer));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
  }

  @Test
  void breaksOff_whenTheHeadHasNoEnd() throws Exception {
    server.handle(
        (request, out) -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write("x: y\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII));
          }
        });
    assertThat(transfers.fetch(whole(0)).toString()).contains("head is too long");
  }

  @Test
  void refuses_whenMoreComesThanThePieceTakes() throws Exception {
    server.handle(
        (request, out) -> {
          write(out, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
          out.write("fffffff\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write(CONTENT);
          }
        });
    assertThat(refusal(transfers.fetch(whole(0)))).contains("more than " + CONTENT.length);
    assertThat(Files.size(transfers.file())).isLessThanOrEqualTo(CONTENT.length);
  }

  @Test
  void refuses_whenTheFileIsShorterThanTheDealSays() throws Exception {
    server.handle(
        (request, out) -> {
          write(out, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
          out.write("3\r\nabc\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
    assertThat(refusal(transfers.fetch(whole(0)))).contains("the file has 3 bytes");
  }

  @Test
  void refusesWithoutAsking_whenTheDealsSizeDoesNotFitItsPiece() throws Exception {
    Order order = whole(0);
    Order tooLong = new Order(DEAL, order.source(), 1L << 40, order.piece(), order.known());
    assertThat(refusal(transfers.fetch(tooLong))).contains("piece takes");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void breaksOff_whenTheServerStalls() throws Exception {
    restart("stall-limit = 400ms, stall-bytes-min = 1000");
    server.handle(
        (request, out) -> {
          FileServer.file(CONTENT, ETAG, 500_000).answer(request, out);
          while (true) { // A byte now and then does not help.
            out.write(CONTENT[500_000]);
            out.flush();
            Thread.sleep(50);
          }
        });
    End.BrokenOff broken = (End.BrokenOff) transfers.fetch(whole(0));
    assertThat(broken.reason()).contains("stalled");
    assertThat(broken.receivedBytes()).isGreaterThanOrEqualTo(500_000);
    assertThat(transfers.told).containsExactly(broken.receivedBytes());
  }

  @Test
  void breaksOff_whenNobodyListens() throws Exception {
    int port = server.port();
    server.close();
    String url = "http://" + SERVER + ":" + port + "/";
    assertThat(transfers.fetch(order(url, CONTENT, 0)).toString()).contains("cannot be reached");
    assertThat(transfers.fetch(order("http://nowhere.example/", CONTENT, 0)))
        .isInstanceOf(End.BrokenOff.class);
  }

  // --- where it may go

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::1"})
  void refuses_whenANameLeadsToAPrivateAddress(String address) throws Exception {
    transfers.names.put("files.example", List.of(SERVER, address));
    assertThat(refusal(transfers.fetch(order(url("files.example"), CONTENT, 0))))
        .contains("files.example");
    assertThat(server.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:80/",
        "//inside.example/x",
        "http://user:pass@127.0.0.1/",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "not a url"
      })
  void refuses_whenItIsSentToWhereItMustNotGo(String location) throws Exception {
    transfers.names.put("169.254.169.254", List.of("169.254.169.254"));
    transfers.names.put("::1", List.of("::1"));
    transfers.names.put("inside.example", List.of("192.168.1.1"));
    server.handle((request, out) -> write(out, "HTTP/1.1 302 Found\nLocation: " + location));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.Refused.class);
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void looksANameUpOnce_andGoesThere() throws Exception {
    transfers.names.put("files.example", List.of(SERVER));
    assertComplete(transfers.fetch(order(url("files.example"), CONTENT, 0)));
    assertThat(transfers.asked).containsExactly("files.example");
    assertThat(server.requests.get(0).fields())
        .containsEntry("host", "files.example:" + server.port());
  }

  @Test
  void followsRedirects_withoutTheClientsHeadersToAnotherHost() throws Exception {
    transfers.names.put("other.example", List.of(SERVER));
    server.handle(
        (request, out) -> {
          switch (request.path()) {
            case "/1" -> write(out, "HTTP/1.1 301 Moved\nLocation: /2");
            case "/2" -> write(out, "HTTP/1.1 307 Moved\nLocation: " + url("other.example"));
            default -> FileServer.file(CONTENT, ETAG).answer(request, out);
          }
        });
    String start = "http://" + SERVER + ":" + server.port() + "/1";
    Map<String, String> secret = Map.of("X-Api-Key", "secret");
    assertComplete(transfers.fetch(order(start, secret, CONTENT, 0)));
    assertThat(server.requests).hasSize(3);
    assertThat(server.requests.get(1).fields()).containsEntry("x-api-key", "secret");
    assertThat(server.requests.get(2).fields()).doesNotContainKey("x-api-key");
  }

  @Test
  void followsSoManyRedirectsAndNoMore() throws Exception {
    restart("redirects-max = 2");
    server.handle((request, out) -> write(out, "HTTP/1.1 302 Found\nLocation: /again"));
    assertThat(refusal(transfers.fetch(whole(0)))).contains("more than 2 times");
    assertThat(server.requests).hasSize(3);
  }

  @Test
  void refusesTransfersOverLibp2p() throws Exception {
    String url =
        "libp2p:///ip4/1.2.3.4/tcp/1/p2p/12D3KooWJeGmyreW2jXfsbNE6H3iks7rtxRSCRhWta1GMtyFAN9L";
    assertThat(refusal(transfers.fetch(order(url, CONTENT, 0)))).contains("libp2p");
  }

  // --- staging and bounds

  @Test
  void breaksOff_whenStagingHasNoRoom() throws Exception {
    assertThat(transfers.room()).isPositive();
    restart("disk-reserve = 1000000 GiB");
    assertThat(transfers.room()).isZero();
    assertThat(transfers.fetch(whole(0)).toString()).contains("no room");
  }

  @Test
  void endsTheFirst_whenASecondOrderComes_orItIsStopped() throws Exception {
    CountDownLatch serve = new CountDownLatch(1);
    server.handle(
        (request, out) -> {
          FileServer.file(CONTENT, ETAG, 1000).answer(request, out);
          out.flush();
          serve.await();
        });
    CompletionStage<End> first = transfers.fetcher.fetch(whole(0), (bytes, total) -> {});
    await().until(() -> server.requests.size() == 1);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertComplete(transfers.fetch(whole(0)));
    assertThat(first.toCompletableFuture().get(10, TimeUnit.SECONDS).toString())
        .contains("stopped");
    serve.countDown();
  }

  @Test
  void waitsForAnother_andSaysSoWhenTooManyWait() throws Exception {
    restart("transfers-max = 1, waiting-max = 1");
    CountDownLatch serve = new CountDownLatch(1);
    server.handle(
        (request, out) -> {
          serve.await();
          FileServer.file(CONTENT, ETAG).answer(request, out);
        });
    CompletionStage<End> first = transfers.fetcher.fetch(whole(0), (bytes, total) -> {});
    await().until(() -> server.requests.size() == 1);
    Order order = whole(0);
    Order other = new Order(id(1), order.source(), 0, order.piece(), order.known());
    Order third = new Order(id(2), order.source(), 0, order.piece(), order.known());
    CompletionStage<End> second = transfers.fetcher.fetch(other, (bytes, total) -> {});
    assertThat(transfers.fetch(third).toString()).contains("more than 1 transfers wait");
    transfers.fetcher.stop(id(1));
    assertThat(second.toCompletableFuture().get(10, TimeUnit.SECONDS).toString())
        .contains("stopped");
    serve.countDown();
    assertComplete(first.toCompletableFuture().get(10, TimeUnit.SECONDS));
  }

  private static DealId id(int number) {
    return new DealId(new UUID(0, number));
  }

  @Test
  void deletesWhatIsReleased_andListsWhatBelongsToNobody() throws Exception {
    assertComplete(transfers.fetch(whole(0)));
    Path folder = transfers.root.resolve(Staging.FOLDER);
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThat(transfers.staging.leftovers(Set.of(DEAL)))
        .singleElement()
        .satisfies(left -> assertThat(left.deal()).isEmpty());
    assertThat(transfers.staging.leftovers(Set.of())).hasSize(3);
    transfers.fetcher.release(DEAL).toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(transfers.file()).doesNotExist();
    assertThat(folder.resolve("notes.txt")).exists();
  }

  @Test
  void tellsOfProgress_whenBothBytesAndTimeAreOver() throws Exception {
    restart("progress-bytes = 100000, progress-every = 0s");
    assertComplete(transfers.fetch(whole(0)));
    assertThat(transfers.told).hasSizeBetween(3, 11).isSorted();
    restart("progress-bytes = 1, progress-every = 1h");
    transfers.fetcher.release(DEAL).toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertComplete(transfers.fetch(whole(0)));
    assertThat(transfers.told).containsExactly((long) CONTENT.length);
  }

  @Test
  void goesOnFromWhatWasSafe_whenMoreIsInTheFile() throws Exception {
    server.handle(FileServer.file(CONTENT, ETAG, 300_000));
    assertThat(transfers.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
    byte[] garbage = Arrays.copyOf(Files.readAllBytes(transfers.file()), 400_000);
    Files.write(transfers.file(), garbage);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertComplete(transfers.fetch(whole(300_000)));
    assertThat(server.requests.get(1).from()).isEqualTo(300_000);
  }

  @Test
  void keepsToTheBandwidth() throws Exception {
    restart("bytes-per-second-max = 1000000");
    long started = System.nanoTime();
    assertComplete(transfers.fetch(whole(0)));
    assertThat(System.nanoTime() - started).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(600));
  }
}
