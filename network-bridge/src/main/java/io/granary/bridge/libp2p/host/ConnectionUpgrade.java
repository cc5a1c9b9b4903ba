package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.limit.ConnectionSlot;
import io.granary.bridge.libp2p.limit.Direction;
import io.granary.bridge.libp2p.limit.LimitException;
import io.granary.bridge.libp2p.limit.Resources;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.secure.MultistreamDialer;
import io.granary.bridge.libp2p.secure.MultistreamListener;
import io.granary.bridge.libp2p.secure.NoiseHandshake;
import io.granary.bridge.libp2p.secure.SecureSession;
import io.granary.bridge.libp2p.yamux.YamuxCodes;
import io.granary.bridge.libp2p.yamux.YamuxSession;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings one socket up: {@code /noise}, the handshake, yamux. All of it has one time limit; where a
 * step fails the channel is closed and {@link #done} fails with the reason.
 */
final class ConnectionUpgrade {
  static final String NOISE = "/noise";
  static final String YAMUX = "/yamux/1.0.0";

  /** What all upgrades of a host share. */
  record Parts(
      Identity identity,
      Libp2pSettings settings,
      Resources resources,
      ChannelHandler inboundStreams) {}

  private final Parts parts;
  private final Channel channel;
  private final ConnectionSlot slot;
  private final Optional<PeerId> expected;
  private final Promise<Connection> done;

  private ConnectionUpgrade(
      Parts parts, Channel channel, ConnectionSlot slot, Optional<PeerId> expected) {
    this.parts = parts;
    this.channel = channel;
    this.slot = slot;
    this.expected = expected;
    this.done = channel.eventLoop().newPromise();
  }

  /**
   * Starts on the channel's event loop, when the channel is made and before anything is read.
   *
   * @param slot the caller gives it back when the channel is closed
   * @param expected the peer that was dialed; empty for whoever comes
   */
  static Future<Connection> start(
      Parts parts, Channel channel, ConnectionSlot slot, Optional<PeerId> expected) {
    ConnectionUpgrade upgrade = new ConnectionUpgrade(parts, channel, slot, expected);
    upgrade.bound();
    upgrade.negotiate(NOISE, upgrade::secure);
    return upgrade.done;
  }

  private void bound() {
    ScheduledFuture<?> limit =
        channel
            .eventLoop()
            .schedule(
                () -> fail(new P2pException("not up within " + parts.settings().upgradeLimit())),
                parts.settings().upgradeLimit().toMillis(),
                TimeUnit.MILLISECONDS);
    done.addListener(unused -> limit.cancel(false));
    channel
        .closeFuture()
        .addListener(unused -> done.tryFailure(new P2pException("the connection was closed")));
  }

  private boolean isDialer() {
    return slot.direction() == Direction.OUT;
  }

  /** Agrees on {@code protocol}, the only one that we speak at this place. */
  private void negotiate(String protocol, Runnable agreed) {
    Consumer<String> then = unused -> agreed.run();
    if (isDialer()) {
      Promise<String> outcome = channel.eventLoop().newPromise();
      outcome.addListener(
          future -> {
            if (!future.isSuccess()) {
              fail(future.cause());
            }
          });
      channel
          .pipeline()
          .addLast(
              new MultistreamDialer(
                  List.of(protocol), parts.settings().negotiation(), then, outcome));
    } else {
      channel
          .pipeline()
          .addLast(new MultistreamListener(Set.of(protocol), parts.settings().negotiation(), then));
    }
  }

  private void secure() {
    Promise<SecureSession> session = channel.eventLoop().newPromise();
    session.addListener(
        (Future<SecureSession> future) -> {
          if (future.isSuccess()) {
            secured(future.getNow());
          } else {
            fail(future.cause());
          }
        });
    channel
        .pipeline()
        .addLast(
            new NoiseHandshake(
                parts.identity(),
                isDialer(),
                expected,
                List.of(YAMUX),
                parts.settings().handshake(),
                session));
  }

  private void secured(SecureSession session) {
    try {
      slot.upgraded(session.remote());
    } catch (LimitException e) {
      fail(e);
      return;
    }
    if (session.earlyMuxer().isPresent()) {
      multiplex(session);
    } else {
      negotiate(YAMUX, () -> multiplex(session));
    }
  }

  private void multiplex(SecureSession session) {
    YamuxSession yamux =
        new YamuxSession(
            isDialer(),
            parts.settings().yamux(),
            parts.inboundStreams(),
            Optional.of(parts.resources().windows()),
            parts.resources().sends());
    Connection connection =
        new Connection(
            session.remote(), Addresses.of(channel.remoteAddress()), channel, yamux, slot);
    Connection.attach(connection);
    channel.pipeline().addLast(yamux);
    if (!done.trySuccess(connection)) {
      yamux.goAway(YamuxCodes.SHUTDOWN);
      ChannelFuture unused = channel.close();
    }
  }

  private void fail(Throwable cause) {
    done.tryFailure(cause);
    ChannelFuture unused = channel.close();
  }
}
