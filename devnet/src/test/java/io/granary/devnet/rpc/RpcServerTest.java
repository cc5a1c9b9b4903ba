package io.granary.devnet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.Devnet;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.RpcClient;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON-RPC as a client sees it, over real sockets on loopback. */
class RpcServerTest {
  private static final List<Object> HEAD = List.of();

  /** More bytes of changes than the sockets' buffers take. */
  private static final int LARGE_CHANGES = 100;

  @TempDir Path directory;
  private Devnet devnet;
  private RpcClient client;

  @BeforeEach
  void start() throws Exception {
    devnet =
        Devnet.start(
            Policies.settings("granary.devnet.production = stepped").at(directory, 0),
            new FakeVerifier());
    client = new RpcClient(devnet);
  }

  @AfterEach
  void stop() {
    devnet.close();
  }

  @Test
  void answersTheHead_whenStepped() throws Exception {
    devnet.step(0);

    JsonNode head = client.result("Filecoin.ChainHead");

    assertThat(head.get("Height").asLong()).isEqualTo(1);
    assertThat(new ChainJson('t').blocks().tipSet().decode(head)).isEqualTo(devnet.head());
  }

  @Test
  void includesAndFindsAMessage_whenItIsPushed() throws Exception {
    String address = devnet.defaultAddress().toText('t');
    JsonNode fresh = client.result("Filecoin.WalletNew", "secp256k1");

    JsonNode pushed =
        client.result("Filecoin.MpoolPushMessage", send(address, fresh.asText(), 5), null);
    JsonNode cid = pushed.get("CID");
    assertThat(client.result("Filecoin.StateSearchMsg", HEAD, cid, -1, true).isNull()).isTrue();
    devnet.step(0);
    devnet.step(0);

    JsonNode lookup = client.result("Filecoin.StateSearchMsg", HEAD, cid, -1, true);
    assertThat(lookup.get("Height").asLong()).isEqualTo(2);
    assertThat(lookup.get("Receipt").get("ExitCode").asLong()).isZero();
    assertThat(client.result("Filecoin.WalletBalance", fresh).asText()).isEqualTo("5");
    assertThat(client.result("Filecoin.MpoolGetNonce", address).asLong()).isEqualTo(1);
  }

  @Test
  void answersAWait_whenTheMessageIsDeepEnough() throws Exception {
    String address = devnet.defaultAddress().toText('t');
    JsonNode pushed = client.result("Filecoin.MpoolPushMessage", send(address, address, 1), null);
    try (RpcClient.Socket socket = client.open()) {
      socket.send(RpcClient.request("Filecoin.StateWaitMsg", pushed.get("CID"), 1, -1, true));
      for (int i = 0; i < 3; i++) {
        devnet.step(0);
      }

      assertThat(socket.next().get("result").get("Height").asLong()).isEqualTo(2);
    }
  }

  @Test
  void answersAWaitOverHttp_whenTheMessageIsDeepEnough() throws Exception {
    String address = devnet.defaultAddress().toText('t');
    JsonNode pushed = client.result("Filecoin.MpoolPushMessage", send(address, address, 1), null);
    CompletableFuture<JsonNode> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.result("Filecoin.StateWaitMsg", pushed.get("CID"), 1, -1, true);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    while (!waiting.isDone() && devnet.head().height().value() < 1000) {
      devnet.step(0);
      Thread.onSpinWait();
    }

    assertThat(waiting.get(10, TimeUnit.SECONDS).get("Height").asLong()).isEqualTo(2);
  }

  @Test
  void countsWhatNobodyLookedAt_whenPostsAreAcceptedUnseen() throws Exception {
    JsonNode status = client.result("Granary.DevnetStatus");

    assertThat(status.get("VerifyAllPosts").asBoolean()).isTrue();
    assertThat(status.get("UnverifiedPosts").asInt()).isZero();
  }

  private static JsonNode send(String from, String to, long atto) {
    return new ChainJson('t')
        .messages()
        .parameter()
        .write(
            Message.of(
                Address.parse(from),
                Address.parse(to),
                TokenAmount.ofAtto(atto),
                0,
                Bytes.empty()));
  }

  @Test
  void tellsEveryChangeOfTheHead_whenSubscribed() throws Exception {
    devnet.step(0);
    try (RpcClient.Socket socket = client.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      long channel = socket.next().get("result").asLong();
      JsonNode current = socket.next();
      assertThat(current.get("method").asText()).isEqualTo("xrpc.ch.val");
      assertThat(current.get("params").get(0).asLong()).isEqualTo(channel);
      assertThat(current.at("/params/1/0/Type").asText()).isEqualTo("current");
      assertThat(current.at("/params/1/0/Val/Height").asLong()).isEqualTo(1);

      devnet.step(2);
      assertThat(socket.next().at("/params/1/0/Val/Height").asLong()).isEqualTo(4);
      devnet.reorg(2, false);

      JsonNode reorg = socket.next().at("/params/1");
      assertThat(reorg).hasSize(4);
      assertThat(reorg.at("/0/Type").asText()).isEqualTo("revert");
      assertThat(reorg.at("/0/Val/Height").asLong()).isEqualTo(4);
      assertThat(reorg.at("/1/Val/Height").asLong()).isEqualTo(1);
      assertThat(reorg.at("/2/Type").asText()).isEqualTo("apply");
      assertThat(reorg.at("/2/Val/Height").asLong()).isEqualTo(2);
    }
  }

  @Test
  void closesTheChannel_whenItIsCancelled() throws Exception {
    try (RpcClient.Socket socket = client.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      long channel = socket.next().get("result").asLong();
      socket.next();
      socket.send("{\"jsonrpc\":\"2.0\",\"method\":\"xrpc.cancel\",\"params\":[1]}");

      JsonNode closed = socket.next();
      assertThat(closed.get("method").asText()).isEqualTo("xrpc.ch.close");
      assertThat(closed.at("/params/0").asLong()).isEqualTo(channel);
    }
  }

  @Test
  void refusesToSign_whenTheTokenIsMissing() throws Exception {
    HttpResponse<String> response =
        client.post(RpcClient.request("Filecoin.WalletList"), "", "application/json");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("missing permission to invoke 'WalletList' (need 'write')");
  }

  @Test
  void leavesTokenAndAddress_whenStarted() throws Exception {
    assertThat(Files.readString(directory.resolve("api")))
        .matches("/ip4/127\\.0\\.0\\.1/tcp/\\d+/http");
    assertThat(client.result("Filecoin.AuthVerify", client.token()).toString())
        .isEqualTo("[\"read\",\"write\",\"sign\",\"admin\"]");
  }

  @Test
  void servesEveryMethodOfTheGateway() throws Exception {
    for (String name : new ChainMethods(new ChainJson('t')).names()) {
      int code = client.call("Filecoin." + name, 1, 2, 3, 4, 5, 6).at("/error/code").asInt();

      // -32602: known, but with fewer parameters; -32601: not known
      assertThat(code).as(name).isEqualTo(-32602);
    }
  }

  @Test
  void closesTheChannel_whenItsReaderLags() throws Exception {
    try (RpcClient.Socket socket = client.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      socket.next();
      socket.next();
      socket.stopReading();
      for (int i = 0; i < LARGE_CHANGES; i++) {
        devnet.step(3000); // a frame of some 200 KB, by its beacon entries
      }
      socket.goOnReading();

      JsonNode frame = socket.next();
      int changes = 0;
      while (frame.get("method").asText().equals("xrpc.ch.val")) {
        changes++;
        frame = socket.next();
      }
      assertThat(frame.get("method").asText()).isEqualTo("xrpc.ch.close");
      assertThat(changes).isLessThan(LARGE_CHANGES);
    }
  }

  @Test
  void makesBlocksByItself_whenOnATimer() throws Exception {
    devnet.close();
    devnet =
        Devnet.start(
            Policies.settings("granary.devnet.block-time = 20 ms").at(directory, 0),
            new FakeVerifier());
    client = new RpcClient(devnet);
    try (RpcClient.Socket socket = client.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      socket.next();
      long current = socket.next().at("/params/1/0/Val/Height").asLong();
      assertThat(socket.next().at("/params/1/0/Val/Height").asLong()).isEqualTo(current + 1);
      assertThat(socket.next().at("/params/1/0/Val/Height").asLong()).isEqualTo(current + 2);
    }
  }

  @Test
  void goesOnFromItsHead_whenStartedAgain() throws Exception {
    devnet.step(0);
    devnet.step(3);
    JsonNode before = client.result("Filecoin.ChainHead");
    devnet.close();

    start();

    assertThat(client.result("Filecoin.ChainHead")).isEqualTo(before);
    devnet.step(0);
    assertThat(client.result("Filecoin.ChainHead").get("Height").asLong()).isEqualTo(6);
  }
}
