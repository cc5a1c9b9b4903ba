package io.granary.bench;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * A protocol that has more to say than anybody takes: writes as long as its stream is writable, as
 * one that serves files does. It ends with its stream.
 */
final class Flood extends ChannelInboundHandlerAdapter {
  static final String PROTOCOL = "/granary/bench/flood/1.0.0";

  private static final int CHUNK_BYTES = 64 << 10;

  /** After so many the event loop sees to the others. */
  private static final int CHUNKS_A_TURN = 16;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().eventLoop().execute(() -> go(ctx));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    go(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  private void go(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    for (int i = 0; i < CHUNKS_A_TURN && channel.isActive() && channel.isWritable(); i++) {
      ChannelFuture unused =
          ctx.writeAndFlush(ctx.alloc().directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES));
    }
    if (channel.isActive() && channel.isWritable()) {
      channel.eventLoop().execute(() -> go(ctx));
    }
  }
}
