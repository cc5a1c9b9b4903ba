package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.Varint;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who we are, told to peers that ask and when it changes; who they are, asked and listened to
 * (libp2p specs, identify).
 */
final class Identify {
  private static final Logger LOG = LoggerFactory.getLogger(Identify.class);

  private final Identity identity;
  private final Libp2pSettings settings;
  private final Streams streams;
  private final Supplier<List<Multiaddr>> addresses;
  private final Supplier<List<String>> protocols;

  /**
   * @param addresses where others can reach us
   * @param protocols what we serve
   */
  Identify(
      Identity identity,
      Libp2pSettings settings,
      Streams streams,
      Supplier<List<Multiaddr>> addresses,
      Supplier<List<String>> protocols) {
    this.identity = identity;
    this.settings = settings;
    this.streams = streams;
    this.addresses = addresses;
    this.protocols = protocols;
  }

  /** Says who we are, then nothing more: the answer to the question, and the push. */
  void tell(P2pStream stream) {
    byte[] message =
        new IdentifyMessage(
                Optional.of(identity.publicKey()),
                addresses.get(),
                protocols.get(),
                Optional.of(stream.remoteAddress()),
                Optional.of(IdentifyMessage.PROTOCOL_VERSION),
                Optional.of(settings.agent()))
            .encode();
    stream
        .write(Unpooled.wrappedBuffer(Varint.encode(message.length).toArray(), message))
        .addListener(
            written -> {
              if (written.isSuccess()) {
                Future<Void> unused = stream.closeWrite();
              } else {
                stream.reset();
              }
            });
  }

  /** Takes what a peer says of a change. */
  void hear(P2pStream stream) {
    Connection connection = NettyStream.connectionOf(stream);
    Promise<IdentifyMessage> heard = connection.channel().eventLoop().newPromise();
    heard.addListener((Future<IdentifyMessage> message) -> take(connection, message, false));
    stream.pushHandler(new IdentifyReader(settings.identify(), heard));
  }

  /** Who the peer is; it is asked again where it was asked in vain. */
  Future<RemotePeer> known(Connection connection) {
    if (connection.takeFailedAnswer()) {
      ask(connection);
    }
    return connection.identified();
  }

  /** Asks the peer of a new connection. */
  void ask(Connection connection) {
    Promise<IdentifyMessage> answer = connection.channel().eventLoop().newPromise();
    answer.addListener((Future<IdentifyMessage> message) -> take(connection, message, true));
    streams
        .open(
            connection,
            List.of(IdentifyMessage.PROTOCOL),
            stream -> stream.pushHandler(new IdentifyReader(settings.identify(), answer)))
        .addListener(
            opened -> {
              if (!opened.isSuccess()) {
                answer.tryFailure(opened.cause());
              }
            });
  }

  /** {@code asked}: what went wrong with a push is no answer. */
  private void take(Connection connection, Future<IdentifyMessage> message, boolean asked) {
    Optional<Throwable> problem = problem(connection, message);
    if (problem.isPresent()) {
      LOG.debug("{} does not say who it is: {}", connection, problem.get().getMessage());
      if (asked) {
        connection.identified().tryFailure(problem.get());
      }
      return;
    }
    IdentifyMessage said = message.getNow();
    connection.say(
        said.withAddresses(Addresses.credible(said.listenAddresses(), connection.address())));
    connection.identified().trySuccess(connection.remote());
  }

  private static Optional<Throwable> problem(
      Connection connection, Future<IdentifyMessage> message) {
    if (!message.isSuccess()) {
      return Optional.of(message.cause());
    }
    return message
        .getNow()
        .key()
        .map(PeerId::of)
        .filter(id -> !id.equals(connection.peer()))
        .map(id -> new P2pException(connection + " says that it has the key of another peer"));
  }

  /** Tells a peer that takes pushes that something has changed, once it has said that it does. */
  void push(Connection connection) {
    connection
        .identified()
        .addListener(
            unused -> {
              if (connection.said().protocols().contains(IdentifyMessage.PUSH)) {
                pushNow(connection);
              }
            });
  }

  private void pushNow(Connection connection) {
    streams
        .open(connection, List.of(IdentifyMessage.PUSH), this::tell)
        .addListener(
            opened -> {
              if (!opened.isSuccess()) {
                LOG.debug(
                    "{} was not told of a change: {}", connection, opened.cause().getMessage());
              }
            });
  }
}
