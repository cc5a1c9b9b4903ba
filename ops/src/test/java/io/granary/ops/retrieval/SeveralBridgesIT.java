package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.client.Payload;
import io.granary.bridge.ipni.IpniSettings;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.ops.scenario.AdvertisedChain;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.MemoryHistory;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.MemoryAdChain;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bridges that each have some sectors on their disks, and CARs over files of another node. */
@ExtendWith(StageExtension.class)
class SeveralBridgesIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Several windows. */
  private static final int LARGE_BYTES = 4 << 20;

  /** So that a node can go away while most of an answer is still to come. */
  private static final String SLOW = "bandwidth-of-address-max = 2 MiB";

  /** Parts of a file that 2 KiB have room for several of. */
  private static final UnixFsProfile SMALL_PARTS =
      new UnixFsProfile(1, true, 200, 174, UnixFsProfile.FolderSize.LINKS, 256 << 10);

  private static final SectorId LARGE = SectorId.of(1000, 9);

  @TempDir private Path home;
  private @Nullable HolderNodes started;
  private final MemoryPieceIndex index = new MemoryPieceIndex();
  private final MemoryAdChain chain = new MemoryAdChain();
  private final Identity identity = Identity.generate();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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

  /** A file as a CAR that is a piece. */
  private record Stored(Cid root, PieceInfo piece, Bytes car) {
    String asPiece() {
      return "/piece/" + Cid.commP(piece.commP());
    }

    String asCar() {
      return "/ipfs/" + root + "?format=car";
    }
  }

  private Stored stored(String name, int bytes, UnixFsProfile profile) throws IOException {
    byte[] content = new byte[bytes];
    new Random(name.hashCode()).nextBytes(content);
    Path file = Files.write(home.resolve(name), content);
    Payload payload = Payload.of(file, profile, home.resolve(name + ".car"), read -> {});
    return new Stored(payload.root(), payload.piece(), Bytes.of(Files.readAllBytes(payload.car())));
  }

  /** A bridge with one sealed sector on its disks; all are one peer on one store. */
  private final class Bridge {
    final Stored stored;
    final HolderNodes.Holder disks;
    final Retrieval retrieval;
    final String base;

    Bridge(ManagementStage stage, String name) throws IOException {
      stored = stored(name, 1000, SMALL_PARTS);
      SectorId sector =
          stage.order(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("file", home.resolve(name + ".car").toString()));
      stage.awaitState(sector, "Proving");
      disks = nodes().start(name + "-disks").with(sector, stored.car().toArray());
      retrieval = nodes().closed(retrieval(stage, name + "-disks"));
      base = "http://127.0.0.1:" + retrieval.status().address().getPort();
    }

    private Retrieval retrieval(ManagementStage stage, String name) throws IOException {
      IpniSettings told =
          IpniSettings.from(
              HolderNodes.config(
                  "granary.network-bridge.retrieval.ipni { enabled = on, indexers = [],"
                      + " addresses = [\"/dns4/sp.example/tcp/443/https\"] }"));
      return Retrieval.start(
          settings(""),
          new Retrieval.Sources(
              disks.storage,
              new MemoryHistory(id -> stage.journal(id)),
              Optional.of(nodes().others(name, "1h")),
              SectorEnds.NONE,
              piece -> 0),
          index,
          new MemoryPieceDeals(),
          Optional.of(new Retrieval.Indexers(told, identity, chain, home.resolve("ipni-" + name))),
          Optional.empty(),
          InstantSource.system());
    }

    HttpResponse<byte[]> send(String method, String path, String... headers)
        throws IOException, InterruptedException {
      return SeveralBridgesIT.this.send(method, base + path, headers);
    }
  }

  private static RetrievalSettings settings(String more) {
    return RetrievalSettings.from(
        HolderNodes.config(
            "granary.network-bridge.retrieval { port = 0, index-every = 200ms\n" + more + "}"));
  }

  private HttpResponse<byte[]> send(String method, String url, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(method, url, headers), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpRequest request(String method, String url, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(LIMIT);
    return headers.length == 0 ? request.build() : request.headers(headers).build();
  }

  @Test
  void eachServesWhatTheOtherHas_andBothTellOneChain_untilOneIsAway(ManagementStage stage)
      throws Exception {
    Bridge one = new Bridge(stage, "one");
    Bridge two = new Bridge(stage, "two");
    for (Bridge bridge : List.of(one, two)) {
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  bridge
                      .retrieval
                      .status()
                      .advertised()
                      .filter(told -> told.pieces() == 2)
                      .isPresent());
    }
    for (Bridge holder : List.of(one, two)) {
      assertBothServe(holder.stored, holder, holder == one ? two : one);
    }
    AdvertisedChain told = AdvertisedChain.read(one.base, identity.peerId());
    assertThat(told.advertisements()).hasSize(2);
    assertThat(AdvertisedChain.read(two.base, identity.peerId()).advertisements())
        .isEqualTo(told.advertisements());
    assertThat(told.lists(one.stored.root()) && told.lists(two.stored.root())).isTrue();

    two.retrieval.close();
    two.disks.server.close();
    for (String path : List.of(two.stored.asPiece(), two.stored.asCar())) {
      HttpResponse<byte[]> away = one.send("GET", path);
      assertThat(away.statusCode()).as(path).isEqualTo(503);
      assertThat(away.headers().firstValue("retry-after")).as(path).isPresent();
    }
    assertThat(one.send("GET", one.stored.asCar()).statusCode()).isEqualTo(200);
    assertThat(AdvertisedChain.read(one.base, identity.peerId()).advertisements())
        .isEqualTo(told.advertisements());
  }

  private static void assertBothServe(Stored stored, Bridge here, Bridge there) throws Exception {
    for (String path :
        List.of(
            stored.asPiece(),
            stored.asCar(),
            stored.asCar() + "&dag-scope=block",
            stored.asCar() + "&dag-scope=entity&entity-bytes=250:449",
            "/ipfs/" + stored.root() + "?format=raw")) {
      HttpResponse<byte[]> local = here.send("GET", path);
      HttpResponse<byte[]> far = there.send("GET", path);
      assertThat(local.statusCode()).as(path).isEqualTo(200);
      assertThat(far.statusCode()).as(path).isEqualTo(200);
      assertThat(far.body()).as(path).isEqualTo(local.body());
      HttpResponse<byte[]> head = there.send("HEAD", path);
      assertThat(head.statusCode()).as("HEAD %s", path).isEqualTo(200);
      for (String name : List.of("content-type", "content-length", "etag")) {
        assertThat(head.headers().allValues(name))
            .as("%s of HEAD %s", name, path)
            .isEqualTo(here.send("HEAD", path).headers().allValues(name));
      }
    }
    assertThat(there.send("GET", stored.asPiece()).body()).isEqualTo(stored.car().toArray());
    HttpResponse<byte[]> part = there.send("GET", stored.asPiece(), "Range", "bytes=300-999");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(stored.car().toArray(), 300, 1000));
  }

  @Test
  void goesOnWithTheCarElsewhere_orBreaksItOff_whenTheHolderGoesAway() throws Exception {
    Stored large = stored("large", LARGE_BYTES, UnixFsProfile.KUBO_CID_V1);
    PieceIndexer indexer = new PieceIndexer(index, CarLimits.DEFAULT, LIMIT);
    byte[] data = large.car().toArray();
    LocalCopy local = new LocalCopy(large.piece(), data);
    assertThat(indexer.index(local).stage()).isEqualTo(IndexedPiece.Stage.COMPLETE);
    HolderNodes.Holder first = nodes().start("first").with(LARGE, data);
    HolderNodes.Holder second = nodes().start("second").with(LARGE, data);
    OtherNodes others = nodes().others("none", "1h");
    byte[] wanted = send("GET", server(local, "") + large.asCar()).body();
    assertThat(wanted.length).isGreaterThan(LARGE_BYTES);
    FarCopy copy = HolderNodes.copy(data, LARGE, others, first, second);
    assertThat(send("GET", server(copy, "") + large.asCar()).body()).isEqualTo(wanted);

    String far = server(copy, SLOW);
    HttpRequest request = request("GET", far + large.asCar());
    try (InputStream car = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      byte[] begun = car.readNBytes(100_000);
      first.server.close();
      assertThat(begun).isEqualTo(Arrays.copyOf(wanted, begun.length));
      assertThat(car.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(wanted, begun.length, wanted.length));
    }
    try (InputStream car = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      assertThat(car.readNBytes(100_000)).isEqualTo(Arrays.copyOf(wanted, 100_000));
      second.server.close();
      assertThatThrownBy(car::readAllBytes)
          .as("an answer that does not look complete")
          .isInstanceOf(IOException.class);
    }
    HttpResponse<byte[]> away = send("GET", far + large.asCar());
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.headers().firstValue("retry-after")).isPresent();
  }

  /** The address of a server that has this copy. */
  private String server(PieceCopy copy, String more) throws IOException {
    PieceReader pieces =
        commP ->
            commP.equals(copy.piece().commP())
                ? new PieceReader.Lookup.Here(copy)
                : new PieceReader.Lookup.Unknown();
    RetrievalServer server =
        nodes()
            .closed(RetrievalServer.start(settings(more), index, pieces, InstantSource.system()));
    return "http://127.0.0.1:" + server.address().getPort();
  }

  /** A piece that needs no other node. */
  private static final class LocalCopy implements PieceCopy {
    private final PieceInfo piece;
    private final byte[] data;

    LocalCopy(PieceInfo piece, byte[] data) {
      this.piece = piece;
      this.data = data;
    }

    @Override
    public PieceInfo piece() {
      return piece;
    }

    @Override
    public long payloadBytes() {
      return data.length;
    }

    @Override
    public InputStream open(long offset, long length) {
      byte[] whole =
          offset + length <= data.length
              ? data
              : Arrays.copyOf(data, Math.toIntExact(offset + length));
      return new ByteArrayInputStream(whole, (int) offset, (int) length);
    }
  }
}
