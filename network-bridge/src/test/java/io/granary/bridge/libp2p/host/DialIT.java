package io.granary.bridge.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dials that cannot go as they should, and what is left of them. */
@Timeout(60)
class DialIT {
  /** More than are looked up at once and may wait. */
  private static final int MANY = 80;

  private static final List<Multiaddr> SILENT = List.of(Multiaddr.parse("/dns4/silent/tcp/1"));

  private final List<NettyHost> hosts = new ArrayList<>();
  private final CountDownLatch answer = new CountDownLatch(1);

  private NettyHost keep(NettyHost host) {
    hosts.add(host);
    return host;
  }

  private NettyHost host(String changes) {
    return keep(NettyHost.start(Identity.generate(), HostFixtures.settings(changes)));
  }

  /** Whose name service answers when {@link #answer} is counted down. */
  private NettyHost hostWithSilentNames(String changes) {
    Names names =
        new Names(
            host -> {
              try {
                answer.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new InetAddress[] {InetAddress.getLoopbackAddress()};
            });
    return keep(NettyHost.start(Identity.generate(), HostFixtures.settings(changes), names));
  }

  @AfterEach
  void close() {
    answer.countDown();
    hosts.forEach(NettyHost::close);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static PeerId stranger() {
    return Identity.generate().peerId();
  }

  @Test
  void connectsToAnAddress_whileNamesAreNotAnswered() throws Exception {
    NettyHost server = host("");
    NettyHost client = hostWithSilentNames("");
    List<CompletionStage<RemotePeer>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(client.connect(stranger(), SILENT));
    }
    RemotePeer peer = get(client.connect(server.peerId(), server.listenAddresses()));
    assertThat(peer.id()).isEqualTo(server.peerId());
    assertThat(waiting).noneMatch(stage -> stage.toCompletableFuture().isDone());
  }

  @Test
  void failsAndGivesBackItsSlot_whenTooManyNamesWait() throws Exception {
    NettyHost server = host("");
    NettyHost client =
        hostWithSilentNames(
            "connect-limit = 30s, limits.upgrading { in = 9, out = 200, total = 200 }");
    List<CompletionStage<RemotePeer>> dials = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      dials.add(client.connect(stranger(), SILENT));
    }
    await().until(() -> dials.stream().anyMatch(dial -> dial.toCompletableFuture().isDone()));
    CompletionStage<RemotePeer> refused = client.connect(server.peerId(), SILENT);
    assertThatThrownBy(() -> get(refused))
        .hasCauseInstanceOf(P2pException.class)
        .hasMessageContaining("look-ups wait");
    long open = dials.stream().filter(dial -> !dial.toCompletableFuture().isDone()).count();
    await().until(() -> client.use().upgrading() == open);
    assertThat(get(client.connect(server.peerId(), server.listenAddresses())).id())
        .isEqualTo(server.peerId());
  }

  @Test
  void givesTheNameUp_whenItIsNotAnsweredInTime() {
    NettyHost client = hostWithSilentNames("connect-limit = 300ms");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> get(client.connect(stranger(), SILENT)))
          .hasCauseInstanceOf(P2pException.class)
          .hasMessageContaining("silent");
    }
    assertThat(client.use().connections()).isZero();
  }

  @Test
  void dialUnderWayFails_whenTheHostCloses() {
    NettyHost client = hostWithSilentNames("");
    CompletionStage<RemotePeer> dial = client.connect(stranger(), SILENT);
    client.close();
    assertThatThrownBy(() -> get(dial)).hasCauseInstanceOf(P2pException.class);
    assertThatThrownBy(() -> get(client.connect(stranger(), SILENT)))
        .hasCauseInstanceOf(P2pException.class);
  }

  @Test
  void asksAgainWhoThePeerIs_whenItsFirstAnswerFailed() throws Exception {
    NettyHost server = host("limits.of-protocol.\"/ipfs/id/1.0.0\" { in = 1, out = 9, total = 9 }");
    Identity twins = Identity.generate();
    NettyHost first = keep(NettyHost.start(twins, HostFixtures.settings("")));
    NettyHost second = keep(NettyHost.start(twins, HostFixtures.settings("")));
    get(first.connect(server.peerId(), server.listenAddresses()));
    await().until(() -> server.use().streams() == 0);
    // One question that is never ended: the peer has no other.
    var held =
        get(
            first.open(
                server.peerId(),
                server.listenAddresses(),
                List.of(IdentifyMessage.PROTOCOL),
                stream -> {}));
    assertThatThrownBy(() -> get(second.connect(server.peerId(), server.listenAddresses())))
        .hasCauseInstanceOf(P2pException.class);
    assertThat(second.use().connections()).isEqualTo(1);
    held.reset();
    await().until(() -> server.use().streams() == 0);
    RemotePeer peer = get(second.connect(server.peerId(), server.listenAddresses()));
    assertThat(peer.protocols()).contains(IdentifyMessage.PROTOCOL);
    assertThat(second.use().connections()).isEqualTo(1);
  }
}
