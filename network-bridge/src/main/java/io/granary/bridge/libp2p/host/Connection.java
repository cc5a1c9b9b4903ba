package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.limit.ConnectionSlot;
import io.granary.bridge.libp2p.limit.Direction;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.yamux.YamuxSession;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A connection that is up. What is known of its peer may be read by any thread; all else belongs to
 * the connection's event loop.
 */
final class Connection {
  private static final AttributeKey<Connection> KEY =
      AttributeKey.valueOf(Connection.class, "connection");

  private final PeerId peer;
  private final Multiaddr address;
  private final Channel channel;
  private final YamuxSession session;
  private final ConnectionSlot slot;
  private Promise<RemotePeer> identified; // guarded by this
  private volatile IdentifyMessage said = IdentifyMessage.EMPTY;

  Connection(
      PeerId peer, Multiaddr address, Channel channel, YamuxSession session, ConnectionSlot slot) {
    this.peer = peer;
    this.address = address;
    this.channel = channel;
    this.session = session;
    this.slot = slot;
    this.identified = channel.eventLoop().newPromise();
  }

  /** So that what happens on its channel and on its streams finds it. */
  static void attach(Connection connection) {
    connection.channel.attr(KEY).set(connection);
  }

  /** The connection that {@code stream} belongs to. */
  static Connection of(Channel stream) {
    return Objects.requireNonNull(stream.parent().attr(KEY).get(), "no connection");
  }

  PeerId peer() {
    return peer;
  }

  Multiaddr address() {
    return address;
  }

  Channel channel() {
    return channel;
  }

  YamuxSession session() {
    return session;
  }

  ConnectionSlot slot() {
    return slot;
  }

  Direction direction() {
    return slot.direction();
  }

  boolean isOpen() {
    return channel.isActive();
  }

  /** Done when the peer has said who it is; fails when it does not. */
  synchronized Promise<RemotePeer> identified() {
    return identified;
  }

  /** Whether the peer was asked in vain; then who calls must ask again, and nobody else will. */
  synchronized boolean takeFailedAnswer() {
    boolean failed = identified.isDone() && !identified.isSuccess();
    if (failed) {
      identified = channel.eventLoop().newPromise();
    }
    return failed;
  }

  IdentifyMessage said() {
    return said;
  }

  void say(IdentifyMessage message) {
    said = said.with(message);
  }

  RemotePeer remote() {
    IdentifyMessage now = said;
    return new RemotePeer(
        peer,
        address,
        now.agent().orElse(""),
        now.protocols(),
        now.listenAddresses(),
        now.observed());
  }

  /** The protocols that the peer has named, none when it has not yet. */
  Optional<List<String>> protocols() {
    List<String> named = said.protocols();
    return named.isEmpty() ? Optional.empty() : Optional.of(named);
  }

  @Override
  public String toString() {
    return (direction() == Direction.IN ? "from " : "to ") + address + "/p2p/" + peer;
  }
}
