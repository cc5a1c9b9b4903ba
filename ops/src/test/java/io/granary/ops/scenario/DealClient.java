package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.Provider;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.ops.client.NodeException;
import io.granary.ops.stage.DealDrafts;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.Transfer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client with an account on the stage's chain that proposes deals to the stage's node. */
final class DealClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Address MINER = Address.parse("f01001");

  private final Stage stage;
  private final ClientSettings settings;
  private final NettyHost host;
  private final DealDrafts drafts;

  DealClient(Stage stage, Config config) {
    this.stage = stage;
    this.settings = ClientSettings.from(config);
    try (LotusChainGateway chain =
        new LotusChainGateway(NetworkBridgeSettings.from(config), new SecureRandom())) {
      fund(chain);
      this.drafts = new DealDrafts(MINER, chain);
    }
    this.host = NettyHost.start(Identity.generate(), Libp2pSettings.from(config));
  }

  private static void fund(LotusChainGateway chain) {
    Address client = DealFixtures.CLIENT.address();
    assertThat(
            chain
                .walletDefaultAddress()
                .thenCompose(
                    from ->
                        chain.pushMessage(
                            Message.of(from, client, TokenAmount.ofFil(1), 0, Bytes.empty()),
                            new SendSpec(TokenAmount.ZERO, Optional.empty(), false)))
                .toCompletableFuture()
                .join()
                .message()
                .to())
        .isEqualTo(client);
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(
            () -> chain.lookupId(client, TipSetKey.HEAD).toCompletableFuture().join(), id -> true);
  }

  /** A deal over {@code data}, with the id that follows from {@code name}. */
  DealParams draft(String name, byte[] data, Transfer transfer) {
    return new DealParams(
        DealDrafts.id(name),
        transfer,
        /* offline= */ false,
        Optional.empty(),
        /* skipIpniAnnounce= */ false,
        Optional.of(drafts.signed(DealDrafts.commP(data))),
        /* removeUnsealedCopy= */ false);
  }

  /**
   * Proposes to the node as it is now, wherever it listens.
   *
   * @throws io.granary.bridge.client.ClientException when no answer comes
   * @throws NodeException when the node does not say where it listens
   */
  DealResponse propose(DealParams params) {
    JsonNode net = stage.client().get("/v1/net");
    List<Multiaddr> addresses = new ArrayList<>();
    net.path("listenAddresses").forEach(text -> addresses.add(Multiaddr.parse(text.asText())));
    Provider provider = new Provider(MINER, PeerId.parse(net.path("peerId").asText()), addresses);
    return new ProviderLink(host, provider, settings).propose(params);
  }

  /** The names of a deal's events so far; none while the node does not answer. */
  List<String> events(DealId deal) {
    return history(deal).stream().map(event -> event.path("event").asText()).toList();
  }

  /** A deal's events so far; none while the node does not answer. */
  List<JsonNode> history(DealId deal) {
    try {
      List<JsonNode> all = new ArrayList<>();
      stage
          .client()
          .get("/v1/deals/" + deal + "/events?limit=1000")
          .path("events")
          .forEach(all::add);
      return all;
    } catch (NodeException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    host.close();
  }
}
