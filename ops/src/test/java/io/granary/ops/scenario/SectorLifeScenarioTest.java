package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.client.Payload;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.ops.client.NodeException;
import io.granary.ops.demo.NodeProcess;
import io.granary.ops.node.FreePorts;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.CommP;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One sector's life through everything that may happen to it, in one order, because sealing for
 * real costs a minute: killed provers, a node killed at every persisted state, damage and recovery,
 * its piece wanted from a node without disks, and when only the replica is left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SectorLifeScenarioTest {
  /** Each event that follows a state of its own; the node dies with that state durable. */
  private static final List<String> KILL_POINTS =
      List.of(
          "SectorCreated",
          "PieceAdded",
          "TicketDrawn",
          "PreCommit1Completed",
          "PreCommit2Completed",
          "MessageRequested",
          "PreCommitSeen",
          "SeedDrawn",
          "Commit1Completed");

  private static final List<String> LATE_KILL_POINTS =
      List.of("Commit2Completed", "MessageRequested", "CommitSeen", "Finalized", "FirstProven");

  private static final Duration SHORT = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofMinutes(8);

  private static final String SECOND = "node-2";
  private static final byte[] CONTENT = new byte[1_700];

  @TempDir static Path folder;
  private static Stage stage;
  private static String miner = "";
  private static String sector = "";
  private static int retrieval;

  /** The content as a CAR, which the sector holds. */
  private static byte[] payload = {};

  private static String root = "";

  @BeforeAll
  static void begin() throws IOException {
    retrieval = FreePorts.next("127.0.0.1");
    new Random(7).nextBytes(CONTENT);
    Payload car =
        Payload.of(
            Files.write(folder.resolve("content"), CONTENT),
            UnixFsProfile.KUBO_CID_V1,
            folder.resolve("payload"),
            bytes -> {});
    payload = Files.readAllBytes(car.car());
    root = car.root().toString();
    stage =
        new Stage(
            folder,
            """
            granary.sharding.sector.recheck-epochs = 3
            granary.sharding.sector.retry-delay-min = 1s
            """
                + gateway(retrieval));
    miner =
        stage
            .client()
            .post("/v1/miners", object().put("sectorSize", "2KiB"))
            .path("miner")
            .asText();
  }

  private static String gateway(int port) {
    return """
    granary.network-bridge.retrieval {
      enabled = on, port = %d, index-every = 1s
      unseal { on-demand = on, free-bytes-min = 0 }
      ipni { enabled = on, addresses = ["/ip4/127.0.0.1/tcp/%d/http"], indexers = [] }
    }
    """
        .formatted(port, port);
  }

  @AfterAll
  static void end() {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  @Order(1)
  void goesOnWithoutASecondSideEffect_whenTheNodeDiesAtEachState()
      throws IOException, InterruptedException {
    stage.haltBefore(KILL_POINTS);
    order(folder.resolve("payload"));
    untilHaltsAreUsedUp(LONG);
    await(SHORT, "Commit2", state -> state.path("state").asText().equals("Commit2"));
    assertThat(stage.messagesTo(miner))
        .as("one precommit, no other message, after %s", KILL_POINTS)
        .isEqualTo(Map.of(MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, 1));
  }

  private static void order(Path file) {
    ObjectNode body = object().put("file", file.toString()).put("orderId", "one");
    long end = System.nanoTime() + SHORT.toNanos();
    while (System.nanoTime() < end) {
      try {
        sector =
            "/v1/sectors/"
                + stage
                    .client()
                    .post("/v1/miners/" + miner + "/sectors", body)
                    .path("sector")
                    .asText();
        return;
      } catch (NodeException e) {
        reviveOrPause(e);
      }
    }
    fail("the order was never taken");
  }

  @Test
  @Order(2)
  void isParkedAndTakenUpAgain_whenItsProverIsKilledTwice() throws InterruptedException {
    for (int kill = 0; kill < 2; kill++) {
      int deaths = kill;
      await(
          SHORT,
          "a C2 child after " + deaths + " deaths",
          state -> !stage.childrenWith("--class gpu").isEmpty());
      Thread.sleep(1_000);
      stage.childrenWith("--class gpu").forEach(ProcessHandle::destroyForcibly);
      await(SHORT, "its end", state -> stage.childrenWith("--class gpu").isEmpty());
    }
    JsonNode parked =
        await(SHORT, "Parked", state -> state.path("state").asText().equals("Parked"));
    assertThat(parked.path("stage").asText()).isEqualTo("Commit2");
    assertThat(parked.path("reason").asText()).isNotBlank();
    stage.client().post(sector + "/retry", object());
    await(SHORT, "Commit2 again", state -> state.path("state").asText().equals("Commit2"));
  }

  @Test
  @Order(3)
  void isProvenWithOneCommit_whenTheNodeDiesAtEachLateState()
      throws IOException, InterruptedException {
    stage.haltBefore(LATE_KILL_POINTS);
    untilHaltsAreUsedUp(LONG);
    await(LONG, "first proof", state -> proven());
    Map<Long, Integer> messages = stage.messagesTo(miner);
    assertThat(messages).containsEntry(MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, 1);
    assertThat(messages).containsEntry(MinerMethod.PROVE_COMMIT_SECTORS_3, 1);
    assertReplayEqualsLive();
  }

  private static boolean proven() {
    return stage
        .client()
        .get(sector + "/history")
        .path("events")
        .findValuesAsText("event")
        .contains("FirstProven");
  }

  @Test
  @Order(4)
  void becomesFaultyAndRecovers_whenAByteOfItsReplicaFlipsAndFlipsBack() throws IOException {
    Path sealed = stage.file("storage/sealed/s-t0" + miner.substring(2) + "-0");
    flip(sealed);
    await(LONG, "Faulty", state -> state.path("state").asText().equals("Faulty"));
    assertThat(stage.node().isAlive()).isTrue();
    assertThat(stage.client().get("/v1/provers").path("workers")).hasSize(1);
    flip(sealed);
    await(LONG, "Proving again", state -> state.path("state").asText().equals("Proving"));
    assertThat(stage.client().get(sector + "/history").path("events").findValuesAsText("event"))
        .containsSubsequence(
            "FaultFound", "ReplicaReadable", "RecoveryDeclared", "SectorRecovered");
    assertReplayEqualsLive();
  }

  @Test
  @Order(5)
  void isGivenByANodeWithoutDisks_alsoDecodedWhereTheReplicaIs_andAdvertisedOnOneChain()
      throws Exception {
    Path home = Files.createDirectories(folder.resolve(SECOND));
    // Owner-only, as it was.
    Files.copy(
        stage.file("libp2p.key"), home.resolve("libp2p.key"), StandardCopyOption.COPY_ATTRIBUTES);
    int port = FreePorts.next("127.0.0.1");
    try (NodeProcess second =
        stage.join(SECOND, "granary.node.roles = [bridge, ops]\n" + gateway(port))) {
      second.awaitReady();
      Awaitility.await().atMost(SHORT).until(() -> fetch(port, piece()).statusCode() == 200);
      assertThat(fetch(port, piece()).body()).isEqualTo(payload);
      Awaitility.await()
          .atMost(SHORT)
          .until(() -> fetch(port, "/ipfs/" + root + "?format=raw").statusCode() == 200);
      assertThat(fetch(port, "/ipfs/" + root + "?format=raw").body()).isEqualTo(CONTENT);
      PeerId peer = Identity.loadOrCreate(home.resolve("libp2p.key")).peerId();
      AdvertisedChain here = AdvertisedChain.read("http://127.0.0.1:" + retrieval, peer);
      AdvertisedChain there = AdvertisedChain.read("http://127.0.0.1:" + port, peer);
      assertThat(there.advertisements()).isEqualTo(here.advertisements()).hasSize(1);
      assertThat(there.lists(Cid.parse(root))).isTrue();
      Files.delete(unsealed());
      assertDecodedForANodeWithoutDisks(port, home.resolve("retrieval-cache"));
    }
  }

  /** The recovered bytes lie on the node with the replica, and are deleted there once fetched. */
  private static void assertDecodedForANodeWithoutDisks(int port, Path cache) throws Exception {
    Awaitility.await()
        .atMost(SHORT)
        .until(() -> fetch(port, piece()).statusCode() == 200 && !isEmpty(cache));
    assertThat(fetch(port, piece()).body()).isEqualTo(payload);
    assertThat(fetch(port, "/ipfs/" + root + "?format=car").body())
        .as("a CAR of the one block that the piece is made of")
        .endsWith(CONTENT);
    awaitNothingRecovered();
    assertThat(isEmpty(stage.file("retrieval-cache"))).as("decoded for the other alone").isTrue();
  }

  private static void awaitNothingRecovered() {
    Awaitility.await()
        .atMost(SHORT)
        .until(() -> isEmpty(stage.file("storage/.granary/blobs/unsealed")));
  }

  private static Path unsealed() {
    return stage.file("storage/unsealed/s-t0" + miner.substring(2) + "-0");
  }

  private static String piece() throws IOException {
    return "/piece/" + Cid.commP(CommP.of(new ByteArrayInputStream(payload)).commP());
  }

  @Test
  @Order(6)
  void givesItsPieceDecodedOutOfTheReplica_whenTheUnsealedCopyIsGone()
      throws IOException, InterruptedException {
    assertThat(unsealed()).doesNotExist();
    String piece = piece();
    Path decoded = stage.file("retrieval-cache");
    Awaitility.await()
        .atMost(SHORT)
        .until(() -> fetch(retrieval, piece).statusCode() == 200 && !isEmpty(decoded));
    assertThat(fetch(retrieval, piece).body()).isEqualTo(payload);
    assertThat(fetch(retrieval, piece, "Range", "bytes=100-199").body())
        .isEqualTo(Arrays.copyOfRange(payload, 100, 200));
    awaitNothingRecovered();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.allMatch(file -> file.toString().endsWith(".part"));
    }
  }

  private static HttpResponse<byte[]> fetch(int port, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(SHORT);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Flips the lowest bit of the first byte of every node, so that any challenge meets one. */
  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int node = 0; node < bytes.length; node += 32) {
      bytes[node] ^= 1;
    }
    Files.write(file, bytes);
  }

  private static void assertReplayEqualsLive() {
    JsonNode live = stage.client().get(sector);
    JsonNode replayed = stage.client().get(sector + "/history");
    assertThat(replayed.path("sequence")).isEqualTo(live.path("sequence"));
    assertThat(replayed.path("state")).isEqualTo(live.path("state"));
  }

  private static void untilHaltsAreUsedUp(Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    while (!stage.haltsLeft().isEmpty() || !stage.node().isAlive()) {
      if (System.nanoTime() > end) {
        fail("the node did not come to " + stage.haltsLeft());
      }
      if (!stage.node().isAlive()) {
        stage.restart();
      }
      pause();
    }
  }

  /** Waits until the sector's live state fulfils {@code condition}; starts a dead node again. */
  private static JsonNode await(Duration limit, String what, Predicate<JsonNode> condition) {
    long end = System.nanoTime() + limit.toNanos();
    JsonNode last = object();
    while (System.nanoTime() < end) {
      try {
        last = stage.client().get(sector).path("state");
        if (condition.test(last)) {
          return last;
        }
        pause();
      } catch (NodeException e) {
        reviveOrPause(e);
      }
    }
    return fail("no " + what + " within " + limit + "; the sector is " + last);
  }

  private static void reviveOrPause(NodeException e) {
    if (!stage.node().isAlive()) {
      stage.restart();
    } else if (e.status() != 0 && e.status() != 503 && e.status() != 404) {
      throw e;
    } else {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
