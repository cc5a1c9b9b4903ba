package io.granary.bridge.deal;

import io.granary.bridge.libp2p.P2pStream;
import io.granary.protocol.Bytes;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a stream by an answer: writes it, then FIN at once, since some clients read to the end. What
 * the client still sends is dropped, not left in its way: a reset would make it forget the answer
 * that it has not read yet. Only who neither takes the answer nor closes in time is reset. Runs on
 * the stream's event loop.
 */
class LastWord extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(LastWord.class);

  private final P2pStream stream;
  private final Duration writeLimit;
  private final Duration lingerLimit;
  private @Nullable Future<?> limit;

  LastWord(P2pStream stream, DealEndpointSettings settings) {
    this.stream = stream;
    this.writeLimit = settings.writeLimit();
    this.lingerLimit = settings.lingerLimit();
  }

  final P2pStream stream() {
    return stream;
  }

  /** Says it and nothing more. */
  final void say(ChannelHandlerContext ctx, Bytes answer) {
    ctx.channel().config().setAutoRead(true);
    limit(ctx, writeLimit, stream::reset);
    stream
        .write(Unpooled.wrappedBuffer(answer.toArray()))
        .addListener(
            written -> {
              if (written.isSuccess()) {
                Future<Void> unused = stream.closeWrite();
                limit(ctx, lingerLimit, stream::reset);
              } else {
                stream.reset();
              }
            });
  }

  /** Runs {@code late} after so long, instead of what the limit before would have run. */
  final void limit(ChannelHandlerContext ctx, Duration after, Runnable late) {
    unlimited();
    if (ctx.channel().isOpen()) {
      limit = ctx.executor().schedule(late, after.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  final void unlimited() {
    if (limit != null) {
      limit.cancel(false);
      limit = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    unlimited();
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{} with {} broke: {}", stream.protocol(), stream.remotePeer(), cause.toString());
    stream.reset();
  }
}
