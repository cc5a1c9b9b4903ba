package io.granary.bridge.libp2p;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;

/**
 * One stream with its protocol agreed. Bytes arrive as {@link ByteBuf} at the handlers pushed; a
 * peer that closes its side is seen as {@code ChannelInputShutdownEvent}, one that resets the
 * stream as the end of the channel. Without auto-read the peer's window holds it back. Thread-safe.
 */
public interface P2pStream {
  PeerId remotePeer();

  /** Where the connection comes from or goes to. */
  Multiaddr remoteAddress();

  String protocol();

  /** Adds a Netty handler at the end of the stream's pipeline. */
  void pushHandler(ChannelHandler handler);

  /** Sends; done when the bytes are with the system. A stream that is full is not writable. */
  Future<Void> write(ByteBuf bytes);

  /** Whether more should be written now; {@code channelWritabilityChanged} tells of a change. */
  boolean isWritable();

  /** Says that nothing more will be sent; reading goes on. */
  Future<Void> closeWrite();

  /** Ends both directions at once; what was not sent is lost. */
  void reset();
}
