package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealSigner;
import io.granary.bridge.client.MarketFunds;
import io.granary.bridge.client.Payload;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.ops.client.NodeClient;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.stage.DealDrafts;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatus;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.Transfer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code granary demo --deal}, and behind its own, which is the first of its market, a deal of a
 * client that is not ours, in the same cluster: starting one and sealing cost minutes.
 */
class DealDemoScenarioTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration CHAIN_LIMIT = Duration.ofMinutes(1);
  private static final Duration END_LIMIT = Duration.ofSeconds(90);

  /** As a shell reports a process that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  private static final Pattern SERVED = Pattern.compile("are served at (/\\S+)");

  /** Deals are published in the order in which they are queued, here one at a time. */
  private static final String QUEUED = "put into a batch to publish";

  private static final Pattern NODE = Pattern.compile("node .* at (http://\\S+)");
  private static final Pattern RETRIEVED =
      Pattern.compile("retrieved by /ipfs .* from (http://\\S+)");

  /** And what has none is decoded, so that it does not matter when the copy goes. */
  private static final List<String> COPIES_GO_AT_ONCE =
      List.of(
          "granary.node.unsealed-review.every=1s",
          "granary.node.unsealed-review.again-after=1s",
          "granary.node.unsealed-review.again-after-max=1s",
          "granary.network-bridge.retrieval.unseal.on-demand=on",
          "granary.network-bridge.retrieval.unseal.free-bytes-min=0");

  /** attoFIL an epoch: ten times what the node asks for 2 KiB. */
  private static final TokenAmount PRICE = TokenAmount.ofAtto(1_000);

  private static final TokenAmount ESCROW = TokenAmount.ofAtto(1_000_000_000);
  private static final DealSigner SIGNER = DealSigner.of(DealFixtures.CLIENT);

  @TempDir private Path folder;

  /** A payload that a foreign client stores, and what its CAR is. */
  private record Stored(Bytes content, Payload payload, Bytes car) {}

  @Test
  void storesAndGivesBack_byOurClientAndThroughAPeerThatIsNotOurs() throws Exception {
    ForeignPeer peer = ForeignPeer.built();
    Stored stored = payload();
    HttpServer web = serve(stored.car().toArray());
    Path data = folder.resolve("demo");
    Queue<Bytes> announced = new ConcurrentLinkedQueue<>();
    listen(web, announced);
    try (DemoProcess demo =
        DemoProcess.start(
            List.of(
                "--deal",
                random("file", 1_500, 5).toString(),
                "--indexer",
                base(web) + "/announce",
                "--data",
                data.toString(),
                "--sector-size",
                "2KiB",
                "--keep"),
            COPIES_GO_AT_ONCE)) {
      String address = demo.await(SERVED);
      NodeClient node = new NodeClient(URI.create(demo.await(NODE)));
      DealParams deal = draft(data, stored, web);
      demo.await(QUEUED);
      propose(peer, address, deal);
      demo.await("Ctrl-C ends it");
      assertThat(String.join("\n", demo.said()))
          .contains("The bytes came back equal, both ways.")
          .contains("accepted", "transferred by HTTP", "published on chain", "as deal 0,")
          .contains("deal 0 is active on chain");
      awaitActive(node, deal.id());
      assertActive(peer, address, data, deal);
      String server = demo.find(RETRIEVED).orElseThrow();
      assertRetrieved(peer, server, stored, deal);
      assertAdvertised(node, server, stored, announced);
      assertUnsealedCopyGoes(peer, node, data, server, stored, deal);
      demo.interrupt();
      assertThat(demo.awaitExit(END_LIMIT)).isEqualTo(INTERRUPTED);
      demo.assertNothingLeft(END_LIMIT);
    } finally {
      web.stop(0);
    }
  }

  private Path random(String name, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return Files.write(folder.resolve(name), content);
  }

  private Stored payload() throws IOException {
    Path file = random("foreign", 1_200, 7);
    Payload payload =
        Payload.of(file, UnixFsProfile.KUBO_CID_V1, folder.resolve("foreign.car"), bytes -> {});
    return new Stored(
        Bytes.of(Files.readAllBytes(file)), payload, Bytes.of(Files.readAllBytes(payload.car())));
  }

  private static HttpServer serve(byte[] car) throws IOException {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/data.car",
        exchange -> {
          exchange.sendResponseHeaders(200, car.length);
          exchange.getResponseBody().write(car);
          exchange.close();
        });
    web.start();
    return web;
  }

  private static String base(HttpServer web) {
    return "http://127.0.0.1:" + web.getAddress().getPort();
  }

  /** An indexer, as far as it is told of new heads. */
  private static void listen(HttpServer web, Queue<Bytes> announced) {
    web.createContext(
        "/announce",
        exchange -> {
          announced.add(Bytes.of(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
  }

  private static LotusChainGateway chain(Path data) {
    Config config = NodeConfiguration.load(data.resolve("node.conf"));
    return new LotusChainGateway(NetworkBridgeSettings.from(config), new SecureRandom());
  }

  /** The foreign client's deal, signed and paid for. */
  private static DealParams draft(Path data, Stored stored, HttpServer web) {
    ClientDealProposal signed;
    try (LotusChainGateway chain = chain(data)) {
      putOnChain(chain);
      Cid funded =
          new MarketFunds(chain, ClientSettings.from(ConfigFactory.load()))
              .add(SIGNER, SIGNER.address(), ESCROW);
      assertThat(funded).isNotNull();
      signed =
          priced(
              new DealDrafts(Address.parse("f01001"), chain)
                  .signed(DealDrafts.commP(stored.car().toArray()))
                  .proposal());
    }
    String url = "{\"URL\":\"" + base(web) + "/data.car\"}";
    return new DealParams(
        DealDrafts.id("foreign"),
        new Transfer(
            stored.car().length(),
            Transfer.HTTP,
            Bytes.of(url.getBytes(StandardCharsets.UTF_8)),
            ""),
        /* offline= */ false,
        Optional.of(stored.payload().root()),
        /* skipIpniAnnounce= */ true,
        Optional.of(signed),
        /* removeUnsealedCopy= */ true);
  }

  private static void propose(ForeignPeer peer, String address, DealParams deal) throws Exception {
    assertThat(DealResponse.fromCbor(peer.exchange(address, ProviderLink.DEAL_121, deal.toCbor())))
        .isEqualTo(DealResponse.yes());
  }

  /** At a price that the demo's node takes. */
  private static ClientDealProposal priced(DealProposal free) {
    return DealFixtures.signed(
        new DealProposal(
            free.piece(),
            free.paddedBytes(),
            free.verified(),
            free.client(),
            free.provider(),
            free.label(),
            free.startEpoch(),
            free.endEpoch(),
            PRICE,
            free.providerCollateral(),
            free.clientCollateral()));
  }

  /** The chain knows nobody before it got something. */
  private static void putOnChain(LotusChainGateway chain) {
    Address client = DealFixtures.CLIENT.address();
    Address from = chain.walletDefaultAddress().toCompletableFuture().join();
    SignedMessage sent =
        chain
            .pushMessage(
                Message.of(from, client, TokenAmount.ofFil(1), 0, Bytes.empty()), SendSpec.DEFAULT)
            .toCompletableFuture()
            .join();
    assertThat(sent.message().to()).isEqualTo(client);
    await()
        .atMost(CHAIN_LIMIT)
        .ignoreExceptions()
        .until(
            () -> chain.lookupId(client, TipSetKey.HEAD).toCompletableFuture().join(), id -> true);
  }

  private static void awaitActive(NodeClient node, DealId deal) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> node.get("/v1/deals/" + deal).path("state"),
            state ->
                state.path("state").asText().equals("Active")
                    && state.has("exposure.indexedBlocks"));
  }

  /**
   * The demo's own deal is found through the chain that the node signs, and indexers have heard of
   * it; the foreign client's, which does not want that, is not in it.
   */
  private static void assertAdvertised(
      NodeClient node, String server, Stored stored, Queue<Bytes> announced) throws Exception {
    JsonNode own =
        await()
            .atMost(CHAIN_LIMIT)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> announcedDeal(node), state -> state.has("exposure.advertisement"));
    AdvertisedChain chain =
        AdvertisedChain.read(server, PeerId.parse(node.get("/v1/net").path("peerId").asText()));
    Cid by = Cid.parse(own.path("exposure.advertisement").asText());
    assertThat(chain.advertisements()).contains(by);
    assertThat(chain.lists(Cid.parse(own.path("dataRoot").asText()))).isTrue();
    assertThat(chain.lists(stored.payload().root())).isFalse();
    assertThat(announced)
        .anyMatch(body -> body.toHex().contains(chain.advertisements().get(0).bytes().toHex()));
  }

  /** The deal that wants its data to be found: the demo's own. */
  private static JsonNode announcedDeal(NodeClient node) {
    for (JsonNode row : node.get("/v1/deals").path("deals")) {
      JsonNode state = node.get("/v1/deals/" + row.path("deal").asText()).path("state");
      if (state.path("announce").asBoolean()) {
        return state;
      }
    }
    throw new AssertionError("no deal wants to be announced");
  }

  /** The provider says so to the foreign peer, and the chain too. */
  private static void assertActive(ForeignPeer peer, String address, Path data, DealParams deal)
      throws Exception {
    DealStatusRequest request =
        new DealStatusRequest(deal.id(), Optional.of(SIGNER.sign(deal.id().bytes())));
    DealStatusResponse answer =
        DealStatusResponse.fromCbor(peer.exchange(address, ProviderLink.STATUS, request.toCbor()));
    DealStatus status = answer.status().orElseThrow();
    assertThat(status.proposal()).isEqualTo(deal.proposal().orElseThrow().proposal());
    assertThat(status.error()).isEmpty();
    assertThat(status.status()).isEqualTo("IndexedAndAnnounced");
    try (LotusChainGateway chain = chain(data)) {
      MarketDeal onChain =
          chain
              .marketDeal(status.chainDealId().orElseThrow(), TipSetKey.HEAD)
              .toCompletableFuture()
              .join();
      assertThat(onChain.activation()).isPresent();
      assertThat(onChain.terms().piece()).isEqualTo(status.proposal().piece());
    }
  }

  /** A piece comes back as the CAR that it is, without padding; a block as its own bytes. */
  private static void assertRetrieved(
      ForeignPeer peer, String server, Stored stored, DealParams deal) throws Exception {
    String base = server.replaceAll("/+$", "");
    String piece = deal.proposal().orElseThrow().proposal().piece().toString();
    await()
        .atMost(CHAIN_LIMIT)
        .ignoreException(AssertionError.class)
        .until(() -> peer.fetch(base + "/piece/" + piece), stored.car()::equals);
    assertThat(peer.fetch(base + "/ipfs/" + stored.payload().root() + "?format=raw"))
        .isEqualTo(stored.content());
  }

  /**
   * The foreign client wants no copy kept: the unsealed file goes once its sector was proven, and
   * only the replica is left to give the piece. The demo's own deal keeps its copy.
   */
  private static void assertUnsealedCopyGoes(
      ForeignPeer peer, NodeClient node, Path data, String server, Stored stored, DealParams deal)
      throws Exception {
    String sector = sector(node.get("/v1/deals/" + deal.id()).path("state"));
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> sectorEvents(node, sector), events -> events.contains("UnsealedDropped"));
    assertThat(sectorEvents(node, sector))
        .containsSubsequence("FirstProven", "UnsealedDropOrdered", "UnsealedDropped")
        .containsOnlyOnce("UnsealedDropped");
    assertThat(node.get("/v1/sectors/" + sector).path("state").path("state").asText())
        .isEqualTo("Proving");
    Path storage = data.resolve("node").resolve("storage");
    assertThat(storage.resolve("unsealed").resolve(file(sector))).doesNotExist();
    assertThat(storage.resolve("sealed").resolve(file(sector))).exists();
    String own = sector(announcedDeal(node));
    assertThat(own).isNotEqualTo(sector);
    assertThat(storage.resolve("unsealed").resolve(file(own))).exists();
    assertThat(sectorEvents(node, own)).doesNotContain("UnsealedDropOrdered");
    assertRetrieved(peer, server, stored, deal);
  }

  private static String sector(JsonNode deal) {
    return deal.required("placement.sector").asText();
  }

  /** The name of a sector's file on a storage path. */
  private static String file(String sector) {
    return "s-t0" + sector.substring(2).replace('/', '-');
  }

  private static List<String> sectorEvents(NodeClient node, String sector) {
    return node.get("/v1/sectors/" + sector + "/history").path("events").findValuesAsText("event");
  }
}
