package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.yamux.SessionClosedException;
import io.granary.bridge.libp2p.yamux.StreamResetException;
import io.granary.bridge.libp2p.yamux.YamuxCodes;
import io.granary.bridge.libp2p.yamux.YamuxStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of every stream: takes the exceptions that the protocol's own handlers let pass.
 * A peer may reset a stream or go away at any time, which is no warning in our log; a handler that
 * failed is one, and costs its stream alone.
 */
final class StreamTail extends ChannelInboundHandlerAdapter {
  static final String NAME = "granary-tail";

  private static final Logger LOG = LoggerFactory.getLogger(StreamTail.class);

  private final Connection connection;
  private final YamuxStream stream;
  private final String protocol;

  StreamTail(Connection connection, YamuxStream stream, String protocol) {
    this.connection = connection;
    this.stream = stream;
    this.protocol = protocol;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof StreamResetException || cause instanceof SessionClosedException) {
      LOG.debug("{} of {} ended: {}", protocol, connection, cause.getMessage());
      stream.reset(YamuxCodes.NORMAL);
    } else {
      LOG.warn("{} of {} failed", protocol, connection, cause);
      stream.reset(YamuxCodes.INTERNAL_ERROR);
    }
  }
}
