package io.granary.bridge.libp2p.yamux;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/** A connection whose peer does not read: writes are held, and fail when it closes. */
final class Stuck extends ChannelOutboundHandlerAdapter {
  private final ArrayDeque<ChannelPromise> held = new ArrayDeque<>();

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    held.add(promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {}

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    held.forEach(p -> p.tryFailure(new java.nio.channels.ClosedChannelException()));
    var unused = ctx.close(promise);
  }
}
