package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** The end of a pipeline that keeps what reaches it. */
final class Recorder extends ChannelInboundHandlerAdapter {
  final List<Object> events = new ArrayList<>();
  final List<Throwable> problems = new ArrayList<>();
  final List<Integer> readSizes = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  byte[] bytes() {
    return bytes.toByteArray();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    byte[] copy = new byte[in.readableBytes()];
    in.readBytes(copy);
    in.release();
    readSizes.add(copy.length);
    bytes.writeBytes(copy);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    events.add(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    problems.add(cause);
  }
}
