package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;

/** Ends of streams for tests. */
final class Exchange {
  private Exchange() {}

  /** Gives everything back as it comes, held back by who reads slowly; ends when the peer does. */
  static StreamHandler echo() {
    return stream ->
        stream.pushHandler(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                Future<Void> unused = ctx.writeAndFlush(message);
                ctx.channel().config().setAutoRead(ctx.channel().isWritable());
              }

              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                ctx.channel().config().setAutoRead(ctx.channel().isWritable());
              }

              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof ChannelInputShutdownEvent) {
                  Future<Void> unused = stream.closeWrite();
                }
              }
            });
  }

  /** Sends {@code request} and the end; the answer is all that comes back until the peer's end. */
  static StreamHandler ask(byte[] request, CompletableFuture<byte[]> answer) {
    return stream -> {
      stream.pushHandler(new Collector(answer));
      Sender.start(stream, request);
    };
  }

  private static final class Collector extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> all;

    Collector(CompletableFuture<byte[]> all) {
      this.all = all;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf buffer = (ByteBuf) message;
      byte[] part = new byte[buffer.readableBytes()];
      buffer.readBytes(part);
      ReferenceCountUtil.release(message);
      bytes.writeBytes(part);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        all.complete(bytes.toByteArray());
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      all.completeExceptionally(new IllegalStateException("reset after " + bytes.size()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      all.completeExceptionally(cause);
    }
  }

  /** Writes while the stream is writable. */
  private static final class Sender extends ChannelInboundHandlerAdapter {
    private static final int PART = 100_000;

    private final P2pStream stream;
    private final byte[] bytes;
    private int sent;
    private boolean ended;

    private Sender(P2pStream stream, byte[] bytes) {
      this.stream = stream;
      this.bytes = bytes;
    }

    static void start(P2pStream stream, byte[] bytes) {
      Sender sender = new Sender(stream, bytes);
      stream.pushHandler(sender);
      sender.go();
    }

    private void go() {
      while (sent < bytes.length && stream.isWritable()) {
        int length = Math.min(PART, bytes.length - sent);
        Future<Void> unused = stream.write(Unpooled.wrappedBuffer(bytes, sent, length));
        sent += length;
      }
      if (sent == bytes.length && !ended) {
        ended = true;
        Future<Void> unused = stream.closeWrite();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      go();
      ctx.fireChannelWritabilityChanged();
    }
  }
}
