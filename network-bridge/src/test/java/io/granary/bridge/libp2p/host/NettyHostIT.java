package io.granary.bridge.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.limit.LimitException;
import io.granary.bridge.libp2p.limit.Resources;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts of ours over loopback sockets. */
@Timeout(60)
class NettyHostIT {
  private static final String ECHO = "/granary/test/echo/1.0.0";
  private static final Resources.Use NOTHING = new Resources.Use(0, 0, 0, 0, 0, 0, 0);

  private final List<NettyHost> hosts = new ArrayList<>();

  private NettyHost host(String changes) {
    NettyHost host = NettyHost.start(Identity.generate(), HostFixtures.settings(changes));
    hosts.add(host);
    return host;
  }

  @AfterEach
  void close() {
    hosts.forEach(NettyHost::close);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static CompletionStage<RemotePeer> connect(NettyHost from, NettyHost to) {
    return from.connect(to.peerId(), to.listenAddresses());
  }

  private static byte[] ask(NettyHost from, NettyHost to, String protocol, byte[] request)
      throws Exception {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    get(
        from.open(
            to.peerId(), to.listenAddresses(), List.of(protocol), Exchange.ask(request, answer)));
    return get(answer);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void eachSideLearnsWhoTheOtherIs() throws Exception {
    NettyHost server = host("agent = server/1");
    NettyHost client = host("agent = client/2, announce = [\"/dns4/client.example/tcp/4001\"]");
    server.serve(ECHO, Exchange.echo());
    RemotePeer seen = get(connect(client, server));
    assertThat(seen.id()).isEqualTo(server.peerId());
    assertThat(seen.agent()).isEqualTo("server/1");
    assertThat(seen.protocols())
        .containsExactly(ECHO, "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0");
    assertThat(seen.listenAddresses()).isEqualTo(server.listenAddresses());
    assertThat(seen.observed()).isPresent();
    await().until(() -> server.peers().stream().anyMatch(peer -> peer.agent().equals("client/2")));
    RemotePeer other = server.peers().get(0);
    assertThat(other.id()).isEqualTo(client.peerId());
    assertThat(other.listenAddresses())
        .containsExactly(Multiaddr.parse("/dns4/client.example/tcp/4001"));
  }

  @Test
  void connectsOnce_howeverOftenAsked() throws Exception {
    NettyHost server = host("");
    NettyHost client = host("");
    List<CompletionStage<RemotePeer>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(connect(client, server));
    }
    for (CompletionStage<RemotePeer> one : asked) {
      get(one);
    }
    get(connect(client, server));
    assertThat(client.use().connections()).isEqualTo(1);
  }

  @Test
  void peersAreTold_whenAProtocolIsServedLater() throws Exception {
    NettyHost server = host("");
    NettyHost client = host("");
    get(connect(client, server));
    server.serve(ECHO, Exchange.echo());
    await().until(() -> client.peers().get(0).protocols().contains(ECHO));
  }

  @Test
  void pingsAreAnswered() throws Exception {
    byte[] blocks = random(3 * PingResponder.BLOCK_BYTES);
    NettyHost server = host("");
    assertThat(ask(host(""), server, PingResponder.PROTOCOL, blocks)).isEqualTo(blocks);
  }

  @Test
  void carriesAStreamBothWays_withBackPressure() throws Exception {
    NettyHost server = host("");
    server.serve(ECHO, Exchange.echo());
    byte[] bytes = random(64 << 20);
    NettyHost client = host("");
    assertThat(ask(client, server, ECHO, bytes)).isEqualTo(bytes);
    await().until(() -> server.use().streams() == 0 && client.use().streams() == 0);
    assertThat(server.use().windowBytes()).isZero();
    assertThat(server.use().sendBytes() + client.use().sendBytes()).isZero();
  }

  @Test
  void carriesManyStreamsAtOnce() throws Exception {
    NettyHost server = host("");
    server.serve(ECHO, Exchange.echo());
    NettyHost client = host("");
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      CompletableFuture<byte[]> answer = new CompletableFuture<>();
      answers.add(answer);
      client
          .open(
              server.peerId(),
              server.listenAddresses(),
              List.of(ECHO),
              Exchange.ask(random(1_000 + i), answer))
          .whenComplete(
              (stream, problem) -> {
                if (problem != null) {
                  answer.completeExceptionally(problem);
                }
              });
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(get(answers.get(i))).isEqualTo(random(1_000 + i));
    }
  }

  @Test
  void takesTheFirstProtocolThatThePeerServes() throws Exception {
    NettyHost server = host("");
    server.serve(ECHO, Exchange.echo());
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    P2pStream stream =
        get(
            host("")
                .open(
                    server.peerId(),
                    server.listenAddresses(),
                    List.of("/not/there/1", ECHO),
                    Exchange.ask(random(10), answer)));
    assertThat(stream.protocol()).isEqualTo(ECHO);
    assertThat(get(answer)).isEqualTo(random(10));
  }

  @Test
  void saysSo_whenThePeerServesNoneOfTheProtocols() {
    NettyHost server = host("");
    NettyHost client = host("");
    assertThatThrownBy(() -> ask(client, server, "/not/there/1", random(1)))
        .hasCauseInstanceOf(P2pException.class)
        .hasMessageContaining("/not/there/1");
  }

  @Test
  void doesNotConnect_whenSomebodyElseIsThere() {
    NettyHost server = host("");
    NettyHost client = host("");
    assertThatThrownBy(
            () -> get(client.connect(Identity.generate().peerId(), server.listenAddresses())))
        .hasCauseInstanceOf(P2pException.class)
        .hasMessageContaining(server.peerId().toString());
    await().until(() -> client.use().equals(NOTHING) && server.use().equals(NOTHING));
  }

  @Test
  void namesEveryAddressThatFailed() {
    NettyHost client = host("");
    List<Multiaddr> nobody =
        List.of(
            Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
            Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1"),
            Multiaddr.parse("/ip4/127.0.0.2/tcp/1"));
    assertThatThrownBy(() -> get(client.connect(Identity.generate().peerId(), nobody)))
        .hasMessageContaining("/ip4/127.0.0.1/tcp/1")
        .hasMessageContaining("/ip4/127.0.0.2/tcp/1");
    await().until(() -> client.use().equals(NOTHING));
  }

  @Test
  void handlerThatFailsLosesItsStreamAlone() throws Exception {
    NettyHost server = host("");
    server.serve(ECHO, Exchange.echo());
    server.serve(
        "/fails/1",
        stream -> {
          throw new IllegalStateException("on purpose");
        });
    NettyHost client = host("");
    assertThatThrownBy(() -> ask(client, server, "/fails/1", random(1)))
        .isInstanceOf(Exception.class);
    assertThat(ask(client, server, ECHO, random(100))).isEqualTo(random(100));
    assertThat(client.use().connections()).isEqualTo(1);
  }

  @Test
  void refusesStreamsBeyondTheLimit_andServesOthers() throws Exception {
    NettyHost server = host("limits.streams-per-protocol-and-peer { in = 2, out = 9, total = 9 }");
    server.serve(ECHO, Exchange.echo());
    NettyHost greedy = host("");
    for (int i = 0; i < 2; i++) {
      get(greedy.open(server.peerId(), server.listenAddresses(), List.of(ECHO), stream -> {}));
    }
    assertThatThrownBy(() -> ask(greedy, server, ECHO, random(10))).isInstanceOf(Exception.class);
    assertThat(ask(host(""), server, ECHO, random(10))).isEqualTo(random(10));
  }

  @Test
  void refusesOwnConnectionsBeyondTheLimit() throws Exception {
    NettyHost client = host("limits.connections { in = 1, out = 1, total = 1 }");
    NettyHost first = host("");
    get(connect(client, first));
    NettyHost second = host("");
    assertThatThrownBy(() -> get(connect(client, second)))
        .hasCauseInstanceOf(LimitException.class)
        .hasMessageContaining("limits.connections.out of 1");
  }

  @Test
  void socketsThatSayNothingAreClosed_andOthersAreServedMeanwhile() throws Exception {
    NettyHost server = host("upgrade-limit = 1s");
    server.serve(ECHO, Exchange.echo());
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        silent.add(socket(server));
      }
      assertThat(ask(host(""), server, ECHO, random(10))).isEqualTo(random(10));
      for (Socket socket : silent) {
        socket.setSoTimeout(10_000);
        socket.getInputStream().readAllBytes(); // Its half of the negotiation, then the end.
      }
      await().until(() -> server.use().upgrading() == 0);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static Socket socket(NettyHost server) throws IOException {
    int port = server.listenAddresses().get(0).tcp().orElseThrow().port();
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void garbageCostsOneConnection() throws Exception {
    NettyHost server = host("");
    server.serve(ECHO, Exchange.echo());
    for (int seed = 0; seed < 20; seed++) {
      try (Socket socket = socket(server)) {
        socket.setSoTimeout(20_000);
        byte[] garbage = new byte[2_000];
        new Random(seed).nextBytes(garbage);
        garbage[0] = 0; // No token has length 0.
        socket.getOutputStream().write(garbage);
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("reset");
      }
    }
    assertThat(ask(host(""), server, ECHO, random(10))).isEqualTo(random(10));
    await().until(() -> server.use().connections() == 1);
  }

  @Test
  void connectionWithoutStreamsIsClosed_afterAWhile() throws Exception {
    NettyHost server = host("idle-limit = 400ms");
    NettyHost client = host("");
    get(connect(client, server));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> client.use().equals(NOTHING) && server.use().equals(NOTHING));
  }

  @Test
  void peersHearOfTheEnd_whenAHostCloses() throws Exception {
    NettyHost server = host("");
    NettyHost client = host("");
    get(connect(client, server));
    server.close();
    await().until(() -> client.use().equals(NOTHING));
    assertThat(client.peers()).isEmpty();
    assertThatThrownBy(() -> get(connect(client, server))).hasCauseInstanceOf(P2pException.class);
  }

  @Test
  void cannotListen_whereAnotherDoes() {
    Multiaddr taken = host("").listenAddresses().get(0);
    assertThatThrownBy(() -> host("listen = [\"" + taken + "\"]"))
        .isInstanceOf(P2pException.class)
        .hasMessageContaining(taken.toString());
  }
}
