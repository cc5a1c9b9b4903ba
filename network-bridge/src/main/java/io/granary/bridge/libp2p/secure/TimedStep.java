package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of a connection's set-up have in common: they begin once the channel is active,
 * take bytes until they are content or not, end exactly once, are bounded in time, and drop
 * whatever arrives after a failure. A step that succeeds removes itself; the decoder below hands
 * the bytes it did not take to the next handler. Lives on the channel's event loop.
 */
abstract sealed class TimedStep extends ByteToMessageDecoder
    permits MultistreamNegotiation, NoiseHandshake {
  private final String what;
  private final Duration timeLimit;
  private boolean begun;
  private boolean over;
  private @Nullable ScheduledFuture<?> deadline;

  TimedStep(String what, Duration timeLimit) {
    this.what = what;
    this.timeLimit = timeLimit;
  }

  /** The channel is active: say what this side has to say first. */
  abstract void begin(ChannelHandlerContext ctx);

  /**
   * Takes one message out of {@code in}, or nothing when it is not complete.
   *
   * @throws SecureChannelException which ends the step and the channel
   */
  abstract void take(ChannelHandlerContext ctx, ByteBuf in);

  /** The step failed, once; the channel is closed afterwards. */
  abstract void failed(ChannelHandlerContext ctx, SecureChannelException reason);

  abstract SecureChannelException problem(String message, @Nullable Throwable cause);

  /** Marks success; false when the step was over already. */
  final boolean succeed() {
    if (over) {
      return false;
    }
    end();
    return true;
  }

  final void fail(ChannelHandlerContext ctx, SecureChannelException reason) {
    if (over) {
      return;
    }
    end();
    failed(ctx, reason);
    ChannelFuture unused = ctx.close();
  }

  final boolean isOver() {
    return over;
  }

  private void end() {
    over = true;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void beginOnce(ChannelHandlerContext ctx) {
    if (begun) {
      return;
    }
    begun = true;
    deadline =
        ctx.executor()
            .schedule(
                () -> fail(ctx, problem(what + " not finished within " + timeLimit, null)),
                timeLimit.toNanos(),
                TimeUnit.NANOSECONDS);
    begin(ctx);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    if (ctx.channel().isActive()) {
      beginOnce(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    beginOnce(ctx);
    super.channelActive(ctx);
  }

  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (over) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      take(ctx, in);
    } catch (SecureChannelException e) {
      in.skipBytes(in.readableBytes());
      fail(ctx, e);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    fail(ctx, problem("connection closed before " + what + " was finished", null));
    super.channelInactive(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      fail(ctx, problem("remote stopped sending before " + what + " was finished", null));
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (over) {
      ctx.fireExceptionCaught(cause);
    } else {
      fail(ctx, problem(what + " broke off: " + cause.getMessage(), cause));
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    if (!over) {
      end();
      failed(ctx, problem("handler removed before " + what + " was finished", null));
    }
  }
}
