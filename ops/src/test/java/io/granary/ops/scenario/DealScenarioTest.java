package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.stage.DealDrafts;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.Transfer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deal on a whole node, which dies in the midst of its transfer. */
class DealScenarioTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String DEALS =
      """
      granary.persistence.codecs += io.granary.persistence.codec.DealEventCodec
      granary.persistence.codecs += io.granary.persistence.codec.DealStateCodec
      granary.deals { enabled = on, miner = f01001, ask.price = "0" }
      granary.network-bridge.transfers {
        allow-private-addresses = on, disk-reserve = 0, progress-bytes = 100, progress-every = 0s
      }
      """;

  @TempDir private Path folder;
  private final byte[] data = new byte[1800];
  private final List<String> ranges = new CopyOnWriteArrayList<>();

  @Test
  void goesOnByRange_whenTheNodeDiesInTheMidstOfTheTransfer() throws IOException {
    new Random(3).nextBytes(data);
    HttpServer web = serve();
    try (Stage stage = new Stage(folder, DEALS)) {
      assertThat(
              stage
                  .client()
                  .post(
                      "/v1/miners", JsonNodeFactory.instance.objectNode().put("sectorSize", "2KiB"))
                  .path("miner")
                  .asText())
          .isEqualTo("f01001");
      DealParams params = propose(stage, web.getAddress().getPort());
      await().atMost(LIMIT).until(() -> events(stage, params), all -> all.contains("DataReceived"));
      stage.restart();
      await()
          .atMost(LIMIT)
          .until(() -> events(stage, params), all -> all.contains("PieceVerified"));
      assertThat(events(stage, params)).doesNotContain("TransferRestarted");
      assertThat(ranges.get(0)).isEmpty();
      assertThat(ranges.get(1)).matches("bytes=[1-9][0-9]*-");
    } finally {
      web.stop(0);
    }
  }

  /** Sends half of the file and then nothing to who asks for all of it; a rest at once. */
  private HttpServer serve() throws IOException {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext("/data.car", this::answer);
    web.start();
    return web;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
    ranges.add(range);
    int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
    exchange.getResponseHeaders().add("ETag", "\"one\"");
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes " + from + "-" + (data.length - 1) + "/" + data.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, data.length - from);
    OutputStream out = exchange.getResponseBody();
    out.write(data, from, from > 0 ? data.length - from : data.length / 2);
    out.flush();
    if (from > 0) {
      exchange.close();
    }
  }

  private DealParams propose(Stage stage, int port) {
    Config config = NodeConfiguration.load(folder.resolve("node.conf"));
    try (LotusChainGateway chain =
            new LotusChainGateway(NetworkBridgeSettings.from(config), new SecureRandom());
        NettyHost host = NettyHost.start(Identity.generate(), Libp2pSettings.from(config))) {
      fund(chain);
      Address miner = Address.parse("f01001");
      String url = "{\"URL\":\"http://127.0.0.1:" + port + "/data.car\"}";
      DealParams params =
          new DealParams(
              DealDrafts.id("scenario"),
              new Transfer(
                  data.length, Transfer.HTTP, Bytes.of(url.getBytes(StandardCharsets.UTF_8)), ""),
              /* offline= */ false,
              Optional.empty(),
              /* skipIpniAnnounce= */ false,
              Optional.of(new DealDrafts(miner, chain).signed(DealDrafts.commP(data))),
              /* removeUnsealedCopy= */ false);
      ProviderLink link =
          new ProviderLink(host, provider(stage, miner), ClientSettings.from(config));
      assertThat(link.propose(params)).isEqualTo(DealResponse.yes());
      return params;
    }
  }

  private static Provider provider(Stage stage, Address miner) {
    JsonNode net = stage.client().get("/v1/net");
    List<Multiaddr> addresses = new ArrayList<>();
    net.path("listenAddresses").forEach(text -> addresses.add(Multiaddr.parse(text.asText())));
    return new Provider(miner, PeerId.parse(net.path("peerId").asText()), addresses);
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

  private static List<String> events(Stage stage, DealParams params) {
    try {
      return stage
          .client()
          .get("/v1/deals/" + params.id() + "/events")
          .path("events")
          .findValuesAsText("event");
    } catch (NodeException e) {
      return List.of("none: " + e.getMessage());
    }
  }
}
