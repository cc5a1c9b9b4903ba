package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.LengthPrefix;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads an identify answer: one or more messages, each behind its length, until the peer has closed
 * its side. Then, or at the first fault, the stream is closed.
 */
final class IdentifyReader extends ByteToMessageDecoder {
  private final Libp2pSettings.Identify bounds;
  private final Promise<IdentifyMessage> answer;
  private IdentifyMessage read = IdentifyMessage.EMPTY;
  private int messages;
  private @Nullable ScheduledFuture<?> deadline;

  IdentifyReader(Libp2pSettings.Identify bounds, Promise<IdentifyMessage> answer) {
    this.bounds = bounds;
    this.answer = answer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> fail(ctx, "no identify answer within " + bounds.limit()),
                bounds.limit().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (answer.isDone()) {
      in.skipBytes(in.readableBytes());
      return;
    }
    in.markReaderIndex();
    int length;
    try {
      length = LengthPrefix.read(in, bounds.messageBytesMax(), "an identify message");
    } catch (CodecException e) {
      in.skipBytes(in.readableBytes());
      fail(ctx, String.valueOf(e.getMessage()));
      return;
    }
    if (length == LengthPrefix.MORE_NEEDED || in.readableBytes() < length) {
      in.resetReaderIndex();
    } else {
      take(ctx, in, length);
    }
  }

  private void take(ChannelHandlerContext ctx, ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    messages++;
    if (messages > bounds.messagesMax()) {
      fail(ctx, "an identify answer of more than " + bounds.messagesMax() + " messages");
      return;
    }
    try {
      read = read.and(IdentifyMessage.decode(bytes, bounds), bounds);
    } catch (CodecException e) {
      fail(ctx, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      finish(ctx);
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    fail(ctx, "the identify stream was reset");
  }

  private void finish(ChannelHandlerContext ctx) {
    if (messages == 0 || actualReadableBytes() > 0) {
      fail(ctx, "the identify answer was cut short");
      return;
    }
    end(ctx);
    answer.trySuccess(read);
  }

  private void fail(ChannelHandlerContext ctx, String why) {
    end(ctx);
    answer.tryFailure(new P2pException(why));
  }

  private void end(ChannelHandlerContext ctx) {
    ScheduledFuture<?> running = deadline;
    if (running != null) {
      running.cancel(false);
      deadline = null;
    }
    ChannelFuture unused = ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, "the identify answer could not be read: " + cause.getMessage());
  }
}
