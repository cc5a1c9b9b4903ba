package io.granary.bridge.transfer;

import static io.granary.bridge.transfer.Transfers.DEAL;
import static io.granary.bridge.transfer.Transfers.commP;
import static io.granary.bridge.transfer.Transfers.content;
import static io.granary.bridge.transfer.Transfers.order;
import static io.granary.bridge.transfer.Transfers.pieceFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.protocol.Bytes;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that share a staging, and one deal. */
@Timeout(60)
class TakeOverIT {
  private static final byte[] CONTENT = content(500_009);
  private static final int HALF = 200_000;
  private static final String ETAG = "\"one\"";
  private static final String EAGER = "progress-bytes = 1, progress-every = 0s";

  private final Path root;
  private final Transfers first;
  private final Transfers second;
  private final FileServer server;

  TakeOverIT(@TempDir Path root) throws IOException {
    this.root = root;
    first = Transfers.sharing(root, EAGER);
    second = Transfers.sharing(root, EAGER);
    server = FileServer.start(FileServer.file(CONTENT, ETAG));
  }

  @AfterEach
  void close() throws IOException {
    first.close();
    second.close();
    server.close();
  }

  private Order whole(long known) {
    return order("http://127.0.0.1:" + server.port() + "/f", CONTENT, known);
  }

  private long breaksOff(Transfers node) throws Exception {
    server.handle(FileServer.file(CONTENT, ETAG, HALF));
    End.BrokenOff broken = (End.BrokenOff) node.fetch(whole(0));
    assertThat(broken.receivedBytes()).isEqualTo(HALF);
    return broken.receivedBytes();
  }

  private static void assertWhole(Transfers node, End end) throws IOException {
    assertThat(end).isInstanceOf(End.Complete.class);
    assertThat(((End.Complete) end).commP()).isEqualTo(commP(CONTENT, pieceFor(CONTENT)));
    assertThat(node.onDisk((End.Complete) end)).isEqualTo(Bytes.of(CONTENT));
  }

  @Test
  void goesOnByRange_whereAnotherStopped() throws Exception {
    long known = breaksOff(first);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertWhole(second, second.fetch(whole(known)));
    assertThat(server.requests.get(1).fields())
        .containsEntry("range", "bytes=" + HALF + "-")
        .containsEntry("if-range", ETAG);
    assertThat(second.told.get(0)).isEqualTo(HALF);
    assertThat(second.told).isSorted().endsWith((long) CONTENT.length);
  }

  @Test
  void twoWritersNeverMeet_whenTheFirstIsCutOffAndLives() throws Exception {
    CountDownLatch takenOver = new CountDownLatch(1);
    byte[] other = content(CONTENT.length + 1);
    server.handle(
        (request, out) -> {
          if (request.from() == 0) {
            FileServer.file(CONTENT, ETAG, HALF).answer(request, out);
            out.flush();
            takenOver.await();
            out.write(other, HALF, CONTENT.length - HALF); // Something else, and not in time.
            out.flush();
          } else {
            FileServer.file(CONTENT, ETAG, HALF).answer(request, out);
            out.flush();
            takenOver.countDown();
            await().until(() -> first.told.contains((long) CONTENT.length));
            out.write(CONTENT, 2 * HALF, CONTENT.length - 2 * HALF);
          }
        });
    CompletionStage<End> cutOff =
        first.fetcher.fetch(whole(0), (received, total) -> first.told.add(received));
    await().until(() -> first.told.contains((long) HALF));
    End end = second.fetch(whole(HALF));
    assertWhole(second, end);
    End.Complete wrong = (End.Complete) cutOff.toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(wrong.commP()).isNotEqualTo(((End.Complete) end).commP());
    assertThat(wrong.file().path()).isNotEqualTo(((End.Complete) end).file().path());
    assertWhole(second, end);
  }

  @Test
  void theOtherGoesOnInItsOwnFile_whenItComesBack() throws Exception {
    long known = breaksOff(first);
    assertThat(second.fetch(whole(known))).isInstanceOf(End.BrokenOff.class);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertWhole(first, first.fetch(whole(known)));
    assertWhole(second, second.fetch(whole(2L * HALF)));
    assertThat(server.requests.stream().map(FileServer.Request::from))
        .containsExactly(0, HALF, HALF, 2 * HALF);
  }

  @Test
  void startsOver_andUsesNothingOfTheOthers_whenTheFileChanged() throws Exception {
    server.handle(FileServer.file(CONTENT, "\"old\"", HALF));
    assertThat(first.fetch(whole(0))).isInstanceOf(End.BrokenOff.class);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertThat(second.fetch(whole(HALF))).isInstanceOf(End.StartOver.class);
    assertWhole(second, second.fetch(whole(0)));
    assertThat(server.requests.stream().map(FileServer.Request::from)).containsExactly(0, HALF, 0);
  }

  @Test
  void startsOver_whenWhatTheOtherLeftIsNotOfThisFile() throws Exception {
    long known = breaksOff(first);
    StagedPart part = first.staging.parts(DEAL).get(0);
    byte[] spoilt = Files.readAllBytes(part.data());
    spoilt[HALF / 2] ^= 1;
    Files.write(part.data(), spoilt);
    server.handle(FileServer.file(CONTENT, ETAG));
    End end = second.fetch(whole(known));
    assertThat(end).isInstanceOf(End.StartOver.class);
    assertThat(end.toString()).contains("another commitment");
    assertWhole(second, second.fetch(whole(0)));
  }

  @Test
  void breaksOff_whenThereIsNoRoomForTheOthersBytes() throws Exception {
    long known = breaksOff(first);
    try (Transfers third = Transfers.sharing(root, "disk-reserve = 1000000 GiB")) {
      End.BrokenOff broken = (End.BrokenOff) third.fetch(whole(known));
      assertThat(broken.reason()).contains("no room");
      assertThat(broken.receivedBytes()).isEqualTo(known);
    }
  }

  @Test
  void deletesWhatEachHas_whenTheDealIsReleased() throws Exception {
    long known = breaksOff(first);
    server.handle(FileServer.file(CONTENT, ETAG));
    assertWhole(second, second.fetch(whole(known)));
    assertThat(second.staging.leftovers(Set.of(DEAL))).isEmpty();
    assertThat(second.staging.leftovers(Set.of())).hasSize(4);
    first.fetcher.release(DEAL).toCompletableFuture().get(10, TimeUnit.SECONDS);
    try (Stream<Path> left = Files.list(root.resolve(Staging.FOLDER))) {
      assertThat(left.toList()).isEqualTo(List.of());
    }
  }
}
