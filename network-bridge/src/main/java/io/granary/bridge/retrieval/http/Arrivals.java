package io.granary.bridge.retrieval.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells the connection of bytes before the decoder has made a request of them. */
final class Arrivals extends ChannelInboundHandlerAdapter {
  /** The event: bytes came. */
  enum Event {
    BYTES
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.fireUserEventTriggered(Event.BYTES);
    context.fireChannelRead(message);
  }
}
