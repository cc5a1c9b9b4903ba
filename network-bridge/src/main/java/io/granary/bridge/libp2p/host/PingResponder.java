package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.StreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Answers {@code /ipfs/ping/1.0.0} (libp2p specs, ping): blocks of 32 bytes come back as they are.
 */
final class PingResponder implements StreamHandler {
  static final String PROTOCOL = "/ipfs/ping/1.0.0";
  static final int BLOCK_BYTES = 32;

  private final Duration idleLimit;

  PingResponder(Duration idleLimit) {
    this.idleLimit = idleLimit;
  }

  @Override
  public void handle(P2pStream stream) {
    stream.pushHandler(new IdleStateHandler(idleLimit.toMillis(), 0, 0, TimeUnit.MILLISECONDS));
    stream.pushHandler(new Echo(stream));
  }

  private static final class Echo extends ByteToMessageDecoder {
    private final P2pStream stream;

    Echo(P2pStream stream) {
      this.stream = stream;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int whole = in.readableBytes() - in.readableBytes() % BLOCK_BYTES;
      if (whole > 0) {
        ctx.writeAndFlush(in.readRetainedSlice(whole))
            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        // A peer that never reads what it asked for is not read from either.
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
      ctx.channel().config().setAutoRead(ctx.channel().isWritable());
      super.channelWritabilityChanged(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof ChannelInputShutdownEvent) {
        Future<Void> unused = stream.closeWrite(); // Behind what is still to go back.
      } else if (event instanceof IdleStateEvent) {
        stream.reset();
      }
      super.userEventTriggered(ctx, event);
    }
  }
}
