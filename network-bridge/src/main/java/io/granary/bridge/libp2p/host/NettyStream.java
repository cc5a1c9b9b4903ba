package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;

/** A yamux stream whose protocol is agreed. */
record NettyStream(PeerId remotePeer, Multiaddr remoteAddress, String protocol, YamuxStream channel)
    implements P2pStream {
  /** The connection of a stream of this host. */
  static Connection connectionOf(P2pStream stream) {
    if (stream instanceof NettyStream own) {
      return Connection.of(own.channel);
    }
    throw new IllegalArgumentException("a stream of another host: " + stream);
  }

  @Override
  public void pushHandler(ChannelHandler handler) {
    channel.pipeline().addLast(handler);
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
