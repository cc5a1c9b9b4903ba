package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.StreamHandler;
import io.granary.bridge.libp2p.limit.Direction;
import io.granary.bridge.libp2p.limit.LimitException;
import io.granary.bridge.libp2p.limit.StreamSlot;
import io.granary.bridge.libp2p.secure.MultistreamDialer;
import io.granary.bridge.libp2p.secure.MultistreamListener;
import io.granary.bridge.libp2p.secure.NegotiationLimits;
import io.granary.bridge.libp2p.yamux.YamuxCodes;
import io.granary.bridge.libp2p.yamux.YamuxStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agrees on the protocol of each stream and hands it to who serves or wants it. A stream that is
 * over a limit, or whose handler fails, is reset alone.
 */
@ChannelHandler.Sharable
final class Streams extends ChannelInitializer<YamuxStream> {
  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

  private final StreamTable table;
  private final NegotiationLimits limits;

  Streams(StreamTable table, NegotiationLimits limits) {
    this.table = table;
    this.limits = limits;
  }

  /** A stream that the peer opens. */
  @Override
  protected void initChannel(YamuxStream stream) {
    Connection connection = Connection.of(stream);
    try {
      StreamSlot slot = count(connection, stream, Direction.IN);
      stream
          .pipeline()
          .addLast(
              new MultistreamListener(
                  table::has, limits, protocol -> serve(connection, stream, slot, protocol)));
    } catch (LimitException e) {
      LOG.debug("a stream {} is refused: {}", connection, e.getMessage());
      stream.reset(YamuxCodes.RESOURCE_LIMIT);
    }
  }

  private static StreamSlot count(Connection connection, YamuxStream stream, Direction opener) {
    StreamSlot slot = connection.slot().stream(connection.peer(), opener);
    stream.closeFuture().addListener(unused -> slot.close());
    return slot;
  }

  private void serve(Connection connection, YamuxStream stream, StreamSlot slot, String protocol) {
    StreamHandler handler =
        table
            .of(protocol)
            .orElseThrow(() -> new IllegalStateException(protocol + " is not served any more"));
    try {
      slot.agreed(protocol);
      handler.handle(NettyStream.of(connection, stream, protocol));
    } catch (LimitException e) {
      LOG.debug("a stream {} is refused: {}", connection, e.getMessage());
      stream.reset(YamuxCodes.RESOURCE_LIMIT);
    } catch (RuntimeException e) {
      LOG.warn("{} of {} failed", protocol, connection, e);
      stream.reset(YamuxCodes.INTERNAL_ERROR);
    }
  }

  /**
   * Opens a stream.
   *
   * @param protocols in order of preference
   * @return fails with a {@link P2pException}
   */
  Future<P2pStream> open(Connection connection, List<String> protocols, StreamHandler handler) {
    Promise<P2pStream> opened = connection.channel().eventLoop().newPromise();
    ChannelInitializer<YamuxStream> initializer =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(YamuxStream stream) {
            propose(connection, stream, protocols, handler, opened);
          }
        };
    connection
        .session()
        .open(initializer)
        .addListener(
            (Future<Channel> future) -> {
              if (!future.isSuccess()) {
                fail(opened, connection, future.cause());
              }
            });
    return opened;
  }

  private void propose(
      Connection connection,
      YamuxStream stream,
      List<String> protocols,
      StreamHandler handler,
      Promise<P2pStream> opened) {
    StreamSlot slot;
    try {
      slot = count(connection, stream, Direction.OUT);
    } catch (LimitException e) {
      opened.tryFailure(e);
      stream.reset(YamuxCodes.RESOURCE_LIMIT);
      return;
    }
    Promise<String> agreed = stream.eventLoop().newPromise();
    agreed.addListener(
        future -> {
          if (!future.isSuccess()) {
            fail(opened, connection, future.cause());
          }
        });
    stream
        .pipeline()
        .addLast(
            new MultistreamDialer(
                protocols,
                limits,
                protocol -> use(connection, stream, slot, protocol, handler, opened),
                agreed));
  }

  private static void use(
      Connection connection,
      YamuxStream stream,
      StreamSlot slot,
      String protocol,
      StreamHandler handler,
      Promise<P2pStream> opened) {
    try {
      slot.agreed(protocol);
      P2pStream agreed = NettyStream.of(connection, stream, protocol);
      handler.handle(agreed);
      opened.trySuccess(agreed);
    } catch (RuntimeException e) {
      opened.tryFailure(e);
      stream.reset(YamuxCodes.INTERNAL_ERROR);
    }
  }

  private static void fail(Promise<P2pStream> opened, Connection connection, Throwable cause) {
    opened.tryFailure(
        cause instanceof P2pException
            ? cause
            : new P2pException("no stream " + connection + ": " + cause.getMessage(), cause));
  }
}
