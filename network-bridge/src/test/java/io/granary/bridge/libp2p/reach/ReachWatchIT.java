package io.granary.bridge.libp2p.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host and a peer that is asked whether it reaches it. */
class ReachWatchIT {
  private static final String REACHED = "0e08011a0a1a08047f000001060522";
  private static final String NOT_REACHED = "0b08011a07086412036e6574";

  private final NettyHost host = host("libp2p.announce = [\"/ip4/127.0.0.1/tcp/1314\"]");
  private final NettyHost peer = host("");
  private final Multiaddr address = peer.listenAddresses().get(0).withPeer(peer.peerId());
  private final AtomicReference<String> answer = new AtomicReference<>(REACHED);

  private static NettyHost host(String changes) {
    return NettyHost.start(
        Identity.generate(),
        Libp2pSettings.from(
            ConfigFactory.parseString("granary.network-bridge { " + changes + " }")
                .withFallback(ConfigFactory.load())));
  }

  @AfterEach
  void close() {
    host.close();
    peer.close();
  }

  private ReachWatch watch(String limit) {
    return ReachWatch.start(
        host,
        ReachSettings.from(
            ConfigFactory.parseString(
                    "granary.network-bridge.libp2p.reach { every = 1s, limit = "
                        + limit
                        + ", peers = [\""
                        + address
                        + "\"] }")
                .withFallback(ConfigFactory.load())),
        InstantSource.system());
  }

  /** Answers what the test says, or nothing. */
  private void dialBack() {
    peer.serve(DialBack.PROTOCOL, stream -> stream.pushHandler(new Answering(stream)));
  }

  private final class Answering extends SimpleChannelInboundHandler<ByteBuf> {
    private final P2pStream stream;

    private Answering(P2pStream stream) {
      this.stream = stream;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf question) {
      byte[] bytes = HexFormat.of().parseHex(answer.get());
      // In two parts: the length may come alone.
      Future<Void> length = stream.write(Unpooled.copiedBuffer(bytes, 0, 1));
      Future<Void> rest = stream.write(Unpooled.copiedBuffer(bytes, 1, bytes.length - 1));
      assertThat(length).isNotSameAs(rest);
    }
  }

  private static Contact contact(ReachWatch watch, Predicate<Contact> until) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> watch.contacts().stream().findFirst(), c -> c.filter(until).isPresent())
        .orElseThrow();
  }

  @Test
  void tellsWhetherPeerGotThrough_roundByRound() {
    dialBack();
    try (ReachWatch watch = watch("10s")) {
      Contact reached = contact(watch, contact -> contact.reach().known().isPresent());
      assertThat(reached.failure()).isEmpty();
      assertThat(reached.agent()).isEqualTo("granary");
      assertThat(reached.observed()).isPresent();
      assertThat(reached.reach())
          .isEqualTo(new Contact.Reach(Optional.of(true), "/ip4/127.0.0.1/tcp/1314"));
      answer.set(NOT_REACHED);
      Contact lost = contact(watch, c -> c.reach().known().equals(Optional.of(false)));
      assertThat(lost.reach().detail()).isEqualTo("net");
    }
  }

  @Test
  void saysSo_whenPeerDoesNotDialBack() {
    try (ReachWatch watch = watch("10s")) {
      Contact contact = contact(watch, any -> true);
      assertThat(contact.failure()).isEmpty();
      assertThat(contact.reach()).isEqualTo(Contact.Reach.unknown("it does not dial back"));
    }
  }

  @Test
  void givesUp_whenPeerDoesNotAnswer() {
    peer.serve(DialBack.PROTOCOL, stream -> {});
    try (ReachWatch watch = watch("3s")) {
      Contact contact = contact(watch, any -> true);
      assertThat(contact.reach()).isEqualTo(Contact.Reach.unknown("no answer within PT3S"));
    }
  }

  @Test
  void saysWhy_whenPeerCannotBeHad() {
    peer.close();
    try (ReachWatch watch = watch("10s")) {
      Contact contact = contact(watch, any -> true);
      assertThat(contact.failure()).isPresent();
      assertThat(contact.reach().known()).isEmpty();
    }
  }

  @Test
  void settingsNameTheKey_whenPeerHasNoId() {
    assertThatThrownBy(
            () ->
                new ReachSettings(
                    List.of(peer.listenAddresses().get(0)),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1)))
        .hasMessageContaining("granary.network-bridge.libp2p.reach.peers");
  }
}
