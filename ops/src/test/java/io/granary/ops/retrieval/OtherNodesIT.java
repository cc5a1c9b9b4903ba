package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.MemoryHistory;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.SectorId;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.CopyAwayException;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.sector.SectorEvent;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node without disks, over the transfer servers of nodes that have some. */
@ExtendWith(StageExtension.class)
class OtherNodesIT {
  private static final int PAYLOAD_BYTES = 1000;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static ManagementStage stage;
  private static SectorId sector = SectorId.of(0, 0);
  private static final byte[] payload = new byte[PAYLOAD_BYTES];

  @TempDir private Path home;
  private @Nullable HolderNodes started;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void sealAPiece(ManagementStage given) throws IOException {
    stage = given;
    new Random(4).nextBytes(payload);
    Path file = stage.file(PAYLOAD_BYTES);
    Files.write(file, payload);
    sector = stage.order(JsonNodeFactory.instance.objectNode().put("file", file.toString()));
    stage.awaitState(sector, "Proving");
  }

  @BeforeEach
  void startNobody() throws IOException {
    started = new HolderNodes(home);
  }

  @AfterEach
  void close() throws Exception {
    nodes().close();
  }

  private HolderNodes nodes() {
    return Objects.requireNonNull(started);
  }

  private OtherNodes others(String rememberedFor) {
    return nodes().others("none", rememberedFor);
  }

  private Retrieval retrieval(OtherNodes others) throws IOException {
    StoragePaths none = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(), 0, 2));
    return nodes()
        .closed(
            Retrieval.start(
                RetrievalSettings.from(
                    HolderNodes.config(
                        "granary.network-bridge.retrieval { port = 0, index-every = 200ms }")),
                new Retrieval.Sources(
                    none,
                    new MemoryHistory(id -> stage.journal(id)),
                    Optional.of(others),
                    SectorEnds.NONE,
                    piece -> 0),
                new MemoryPieceIndex(),
                new MemoryPieceDeals(),
                Optional.empty(),
                Optional.empty(),
                InstantSource.system()));
  }

  private static Commitment commP() {
    return stage.journal(sector).stream()
        .filter(SectorEvent.PieceAdded.class::isInstance)
        .map(event -> ((SectorEvent.PieceAdded) event).piece().commP())
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<byte[]> send(Retrieval from, String method, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + from.status().address().getPort()
                        + "/piece/"
                        + Cid.commP(commP())))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(LIMIT);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void servesThePieceOfANodeThatHasIt_andSaysSoWhenThatIsAway() throws Exception {
    HolderNodes.Holder holder = nodes().start("one").with(sector, payload);
    OtherNodes others = others("2s");
    Retrieval bridge = retrieval(others);
    await().atMost(LIMIT).until(() -> send(bridge, "GET").statusCode() == 200);
    assertThat(send(bridge, "GET").body()).isEqualTo(payload);
    HttpResponse<byte[]> part = send(bridge, "GET", "Range", "bytes=300-304");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(payload, 300, 305));
    HttpResponse<byte[]> head = send(bridge, "HEAD");
    assertThat(head.headers().firstValue("content-length")).contains("" + PAYLOAD_BYTES);
    assertThat(others.files().bytesRead()).isGreaterThan(PAYLOAD_BYTES);

    holder.server.close();
    HttpResponse<byte[]> away = send(bridge, "GET");
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(new String(away.body(), StandardCharsets.UTF_8))
        .contains("no node that holds the piece");
    assertThat(away.headers().firstValue("retry-after")).isPresent();
    await().atMost(LIMIT).until(() -> send(bridge, "GET").statusCode() == 404);
  }

  @Test
  void takesTheNextNode_whenOneIsAwayBeforeTheFirstByte() throws Exception {
    HolderNodes.Holder first = nodes().start("one").with(sector, payload);
    HolderNodes.Holder second = nodes().start("two").with(sector, payload);
    Retrieval bridge = retrieval(others("1h"));
    await().atMost(LIMIT).until(() -> send(bridge, "GET").statusCode() == 200);
    first.server.close();
    assertThat(send(bridge, "GET").body()).isEqualTo(payload);
    second.server.close();
    assertThat(send(bridge, "GET").statusCode()).isEqualTo(503);
  }

  @Test
  void readsWindowByWindow_andGoesOnElsewhereFromTheSameByte() throws Exception {
    byte[] data = new byte[3 * FarCopy.WINDOW_BYTES];
    new Random(8).nextBytes(data);
    SectorId large = SectorId.of(1000, 9);
    HolderNodes.Holder first = nodes().start("one").with(large, data);
    HolderNodes.Holder second = nodes().start("two").with(large, data);
    OtherNodes others = others("1h");
    FarCopy copy = HolderNodes.copy(data, large, others, first, second);
    try (InputStream in = copy.open(0, data.length)) {
      assertThat(in.readAllBytes()).isEqualTo(data);
    }
    try (InputStream in = copy.open(1000, data.length - 1000)) {
      assertThat(in.readNBytes(500)).isEqualTo(Arrays.copyOfRange(data, 1000, 1500));
      first.server.close();
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(data, 1500, data.length));
    }
    try (InputStream in = copy.open(0, data.length)) {
      byte[] begun = in.readNBytes(100);
      second.server.close();
      assertThat(begun).isEqualTo(Arrays.copyOf(data, 100));
      assertThatThrownBy(in::readAllBytes).isInstanceOf(CopyAwayException.class);
    }
    assertThatThrownBy(() -> copy.open(0, 1)).isInstanceOf(CopyAwayException.class);
  }

  @Test
  void indexesTheGoodCopy_andGivesUpTheDamagedAlone() throws Exception {
    byte[] other = payload.clone();
    other[10] ^= 1;
    SectorId small = SectorId.of(1000, 9);
    HolderNodes.Holder bad = nodes().start("one").with(small, other);
    HolderNodes.Holder good = nodes().start("two").with(small, payload);
    OtherNodes others = others("1h");
    FarCopy copy = HolderNodes.copy(payload, small, others, bad, good);
    IndexedPieces indexed = indexed(0);
    List<PieceCopy> damaged = new ArrayList<>();
    for (int look = 0; look < 2; look++) {
      assertThat(indexed.index(List.of(copy), damaged::add, () -> true)).isTrue();
    }
    assertThat(damaged).containsExactly(HolderNodes.copy(payload, small, others, bad));
    assertThat(indexed.all()).extracting(IndexedPiece::piece).containsExactly(copy.piece());
  }

  @Test
  void leavesAPieceToTheBridgesThatGoFirst_forSoManyLooks() throws Exception {
    SectorId small = SectorId.of(1000, 9);
    HolderNodes.Holder holder = nodes().start("one").with(small, payload);
    FarCopy copy = HolderNodes.copy(payload, small, others("1h"), holder);
    IndexedPieces indexed = indexed(1);
    for (int look = 0; look < 1 + IndexedPieces.LOOKS_OF_TURN; look++) {
      assertThat(indexed.index(List.of(copy), away -> {}, () -> true)).isTrue();
    }
    assertThat(indexed.all()).isEmpty();
    assertThat(indexed.index(List.of(copy), away -> {}, () -> true)).isTrue();
    assertThat(indexed.all()).hasSize(1);
  }

  private static IndexedPieces indexed(int turn) {
    return new IndexedPieces(
        new PieceIndexer(new MemoryPieceIndex(), CarLimits.DEFAULT, LIMIT), piece -> turn);
  }
}
