package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import java.util.NoSuchElementException;

/** A yamux stream whose protocol is agreed. */
record NettyStream(PeerId remotePeer, Multiaddr remoteAddress, String protocol, YamuxStream channel)
    implements P2pStream {
  /** Of a stream that has just agreed on {@code protocol}. */
  static NettyStream of(Connection connection, YamuxStream channel, String protocol) {
    channel.pipeline().addLast(StreamTail.NAME, new StreamTail(connection, channel, protocol));
    return new NettyStream(connection.peer(), connection.address(), protocol, channel);
  }

  /** The connection of a stream of this host. */
  static Connection connectionOf(P2pStream stream) {
    if (stream instanceof NettyStream own) {
      return Connection.of(own.channel);
    }
    throw new IllegalArgumentException("a stream of another host: " + stream);
  }

  @Override
  public void pushHandler(ChannelHandler handler) {
    try {
      channel.pipeline().addBefore(StreamTail.NAME, null, handler);
    } catch (NoSuchElementException e) {
      // The stream is closed and its pipeline empty: nothing will reach the handler.
      channel.pipeline().addLast(handler);
    }
  }

  @Override
  public Future<Void> write(ByteBuf bytes) {
    return channel.writeAndFlush(bytes);
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public Future<Void> closeWrite() {
    return channel.shutdownOutput();
  }

  @Override
  public void reset() {
    channel.reset(0);
  }
}
