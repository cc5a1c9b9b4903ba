package io.granary.ops.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealSigner;
import io.granary.bridge.client.Provider;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.ops.stage.DataCap;
import io.granary.ops.stage.DealDrafts;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.Transfer;
import io.granary.protocol.port.ChainGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client without a cluster, a node without Cassandra. */
@ExtendWith(StageExtension.class)
class DealNodeTest {
  /** It starts 300 epochs, half a minute, from now: sealing takes a third of that. */
  private static final long SOONER = 19_700;

  /** In attoFIL an epoch: what a few epochs bring is worth the gas to fetch it. */
  private static final TokenAmount PRICE = TokenAmount.ofAtto(1_000_000_000_000L);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Config config = ConfigFactory.load();
  private final NettyHost host = NettyHost.start(Identity.generate(), Libp2pSettings.from(config));
  private ManagementStage stage;
  private ProviderLink provider;
  private HttpServer web;

  @BeforeEach
  void begin(ManagementStage given) throws IOException {
    stage = given;
    provider =
        new ProviderLink(
            host,
            new Provider(
                Address.parse(stage.miner()),
                stage.peer().peerId(),
                stage.peer().listenAddresses()),
            ClientSettings.from(config));
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
  }

  @AfterEach
  void end() {
    web.stop(0);
    host.close();
  }

  private Transfer serve(byte[] data) {
    web.createContext(
        "/data.car",
        exchange -> {
          exchange.sendResponseHeaders(200, data.length);
          exchange.getResponseBody().write(data);
          exchange.close();
        });
    String url = "http://127.0.0.1:" + web.getAddress().getPort() + "/data.car";
    return new Transfer(
        data.length,
        Transfer.HTTP,
        Bytes.of(("{\"URL\":\"" + url + "\"}").getBytes(StandardCharsets.UTF_8)),
        "");
  }

  private DealParams online(String name, Transfer transfer, ClientDealProposal signed) {
    return new DealParams(
        DealDrafts.id(name),
        transfer,
        /* offline= */ false,
        Optional.empty(),
        /* skipIpniAnnounce= */ false,
        Optional.of(signed),
        /* removeUnsealedCopy= */ false);
  }

  /** An account of the client on chain, which knows nobody before it got something. */
  private void fund() {
    Address client = DealFixtures.CLIENT.address();
    push(Message.of(client, client, TokenAmount.ofFil(1), 0, Bytes.empty()));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> stage.chain().lookupId(client, TipSetKey.HEAD).toCompletableFuture().join(),
            id -> true);
  }

  /** Money that the client can pay deals with. */
  private void fillEscrow() {
    Address client = DealFixtures.CLIENT.address();
    push(
        Message.of(
            client,
            BuiltinActors.STORAGE_MARKET,
            TokenAmount.ofFil(2),
            MarketMethod.ADD_BALANCE,
            BareValue.ofAddress(client)));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> escrow(client), escrow -> escrow.compareTo(TokenAmount.ZERO) > 0);
  }

  private TokenAmount escrow(Address of) {
    return stage.chain().marketBalance(of, TipSetKey.HEAD).toCompletableFuture().join().escrow();
  }

  /** Pushes {@code like} from the wallet's first address; it may not be read from the chain yet. */
  private void push(Message like) {
    ChainGateway chain = stage.chain();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                chain
                    .walletDefaultAddress()
                    .thenCompose(
                        from ->
                            chain.pushMessage(
                                Message.of(
                                    from, like.to(), like.value(), like.method(), like.params()),
                                new SendSpec(TokenAmount.ZERO, Optional.empty(), false)))
                    .toCompletableFuture()
                    .join(),
            pushed -> true);
  }

  /** As {@code like}, with DataCap, and begins soon. */
  private static ClientDealProposal verified(DealProposal like) {
    return DealFixtures.signed(
        new DealProposal(
            like.piece(),
            like.paddedBytes(),
            /* verified= */ true,
            like.client(),
            like.provider(),
            like.label(),
            like.startEpoch().minus(SOONER),
            like.endEpoch(),
            like.pricePerEpoch(),
            like.providerCollateral(),
            like.clientCollateral()));
  }

  /** The sector counts the deal's bytes as verified, and nothing is left to be claimed. */
  private void assertClaimed(SectorId sector, long chainDealId) {
    ChainGateway chain = stage.chain();
    assertThat(
            chain
                .sector(sector.miner(), sector.number(), TipSetKey.HEAD)
                .toCompletableFuture()
                .join()
                .orElseThrow()
                .verifiedDealWeight())
        .isPositive();
    assertThat(
            chain.pendingDealAllocation(chainDealId, TipSetKey.HEAD).toCompletableFuture().join())
        .isZero();
  }

  @Test
  void whatWasProposedOverLibp2pIsPublishedAndSealed_onceHoweverOftenItIsProposed() {
    fund();
    fillEscrow();
    byte[] data = new byte[1800];
    new Random(11).nextBytes(data);
    new DataCap(stage.chain()).grant(DealFixtures.CLIENT.address(), 4096);
    ClientDealProposal signed =
        verified(new DealDrafts(stage).signed(DealDrafts.commP(data), PRICE).proposal());
    Transfer transfer = serve(data);
    DealParams params = online("over libp2p", transfer, signed);
    assertThat(provider.propose(params)).isEqualTo(DealResponse.yes());
    assertThat(provider.propose(params)).isEqualTo(DealResponse.yes());
    assertThat(provider.propose(online("again", transfer, signed)).message())
        .contains("deal proposal is identical to deal " + params.id());
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> messageOf(params.id()), Optional::isPresent);
    JsonNode active =
        await()
            .atMost(PATIENCE)
            .until(
                () -> stage.client().get("/v1/deals/" + params.id()).path("state"),
                state -> state.path("state").asText().equals("Active"));
    assertThat(events(params.id()))
        .containsSubsequence(
            "TransferCompleted",
            "PieceVerified",
            "PublicationRequested",
            "PublicationLanded",
            "PiecePlaced",
            "PieceAdded",
            "DealActivated")
        .doesNotContain("TransferRestarted", "PublicationDropped", "PieceMoved");
    SectorId sector = SectorId.parse(active.path("placement.sector").asText());
    stage.awaitState(sector, "Proving");
    assertClaimed(sector, active.path("publication.chainDealId").asLong(-1));
    assertThat(
            stage
                .chain()
                .marketDeal(active.path("publication.chainDealId").asLong(-1), TipSetKey.HEAD)
                .toCompletableFuture()
                .join()
                .activation())
        .contains(new Epoch(active.path("activation").asLong()));
    DealStatusResponse status = provider.status(params.id(), DealSigner.of(DealFixtures.CLIENT));
    assertThat(status.error()).isEmpty();
    assertThat(status.status().orElseThrow().status()).isEqualTo("AddedPiece");
    assertThat(status.status().orElseThrow().publishCid()).isPresent();
    assertThat(status.status().orElseThrow().sealingStatus()).isNotEmpty();
    assertPaid(params.id(), signed.proposal());
  }

  /** The market was made to pay for what has elapsed, and the deal knows it. */
  private void assertPaid(DealId deal, DealProposal proposal) {
    JsonNode paid =
        await()
            .atMost(PATIENCE)
            .until(
                () -> stage.client().get("/v1/deals/" + deal).path("state"),
                state -> state.has("payments.last.epoch"));
    long epochs = paid.path("payments.last.epoch").asLong() - proposal.startEpoch().value();
    assertThat(epochs).isPositive();
    assertThat(paid.path("payments.total").asText()).isEqualTo(PRICE.times(epochs).toString());
    assertThat(escrow(Address.parse(stage.miner())).compareTo(PRICE.times(epochs))).isNotNegative();
    assertThat(events(deal)).contains("DealPaid");
  }

  @Test
  void addsItsCollateralToTheEscrow_whenADealWaitsForIt(@TempDir Path folder) throws IOException {
    fund();
    byte[] data = new byte[1700];
    new Random(12).nextBytes(data);
    TokenAmount collateral = TokenAmount.ofAtto(9);
    DealId deal =
        stage.propose(
            new DealDrafts(stage).offline("collateral", DealDrafts.commP(data), collateral));
    Path file = Files.write(folder.resolve("data"), data);
    JsonNode brought =
        stage
            .client()
            .post(
                "/v1/deals/" + deal + "/import",
                JsonNodeFactory.instance.objectNode().put("file", file.toString()));
    assertThat(brought.path("deal").asText()).isEqualTo(deal.toString());
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(events(deal)).contains("PublicationLanded"));
    assertThat(
            stage
                .chain()
                .marketBalance(Address.parse(stage.miner()), TipSetKey.HEAD)
                .toCompletableFuture()
                .join()
                .locked())
        .isEqualTo(collateral);
  }

  /** The message that publishes {@code deal}, before each of its deals knows that it landed. */
  private Optional<JsonNode> messageOf(DealId deal) {
    JsonNode told = stage.client().get("/v1/publications");
    assertThat(told.path("provider").asText()).isEqualTo(stage.miner());
    for (JsonNode message : told.path("messages")) {
      for (JsonNode each : message.path("deals")) {
        if (each.asText().equals(deal.toString())) {
          return Optional.of(message);
        }
      }
    }
    return Optional.empty();
  }

  private Iterable<String> events(DealId deal) {
    return stage
        .client()
        .get("/v1/deals/" + deal + "/events")
        .path("events")
        .findValuesAsText("event");
  }

  @Test
  void refusesInWords_whenTheSignatureIsNotTheClients() {
    DealParams params =
        new DealParams(
            DealDrafts.id("no such client"),
            Transfer.NONE,
            /* offline= */ true,
            Optional.empty(),
            /* skipIpniAnnounce= */ true,
            Optional.of(
                new ClientDealProposal(
                    new DealDrafts(stage).signed(DealDrafts.commP(new byte[1])).proposal(),
                    new Signature(Signature.Kind.SECP256K1, Bytes.of(new byte[65])))),
            /* removeUnsealedCopy= */ false);
    DealResponse answer = provider.propose(params);
    assertThat(answer.accepted()).isFalse();
    assertThat(answer.message()).isNotBlank();
  }

  private Address worker() {
    return stage
        .chain()
        .minerInfo(Address.parse(stage.miner()).requireId(), TipSetKey.HEAD)
        .thenCompose(info -> stage.chain().accountKey(info.worker(), TipSetKey.HEAD))
        .toCompletableFuture()
        .join();
  }

  @Test
  void givesOutAnAskThatTheWorkerSigned() {
    assertThat(provider.ask(worker()).ask().price()).isEqualTo(TokenAmount.ZERO);
  }

  /** And not only when what the desk has read of them is {@code rules-kept} old. */
  @Test
  void judgesTheNextProposalByWhatWasSetOnItsNode() {
    fund();
    ClientDealProposal free = new DealDrafts(stage).signed(DealDrafts.commP(new byte[3]));
    assertThat(provider.ask(worker()).ask().price()).as("read now").isEqualTo(TokenAmount.ZERO);
    setRules(JsonNodeFactory.instance.objectNode().put("ask.price", "1000000000000000000"));
    try {
      assertThat(provider.propose(online("too cheap", Transfer.NONE, free)).message())
          .contains("storage price per epoch less than asking price");
    } finally {
      setRules(JsonNodeFactory.instance.objectNode());
    }
    assertThat(provider.ask(worker()).ask().price()).isEqualTo(TokenAmount.ZERO);
  }

  private void setRules(JsonNode set) {
    long version = stage.client().get("/v1/deal-rules").path("version").asLong();
    stage
        .client()
        .post(
            "/v1/deal-rules",
            JsonNodeFactory.instance.objectNode().put("version", version).set("set", set));
  }
}
