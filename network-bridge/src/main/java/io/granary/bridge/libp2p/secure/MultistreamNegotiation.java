package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The half of multistream-select that both sides share: header, tokens, and an outgoing buffer in
 * which all that is said during one turn of the event loop leaves as one write.
 */
abstract sealed class MultistreamNegotiation extends TimedStep
    permits MultistreamListener, MultistreamDialer {
  final NegotiationLimits limits;
  private final Consumer<String> agreed;
  private boolean headerSeen;
  private int refused;
  private @Nullable ByteBuf unsent;

  MultistreamNegotiation(NegotiationLimits limits, Consumer<String> agreed) {
    super("multistream negotiation", limits.timeLimit());
    this.limits = limits;
    this.agreed = agreed;
  }

  /** A token after the remote's header. */
  abstract void token(ChannelHandlerContext ctx, String token);

  /** The end, good or bad, for who waits outside the pipeline. */
  abstract void told(@Nullable String protocol, @Nullable NegotiationException reason);

  @Override
  void begin(ChannelHandlerContext ctx) {
    say(ctx, MultistreamTokens.HEADER);
    ctx.executor().execute(() -> send(ctx));
  }

  @Override
  final void take(ChannelHandlerContext ctx, ByteBuf in) {
    String token = MultistreamTokens.read(in, limits.tokenBytesMax()).orElse(null);
    if (token == null) {
      return;
    }
    if (headerSeen) {
      token(ctx, token);
    } else if (token.equals(MultistreamTokens.HEADER)) {
      headerSeen = true;
    } else {
      throw new NegotiationException(
          "expected the multistream header, got " + MultistreamTokens.quote(token));
    }
  }

  /** Counts a refusal, whoever refused. */
  final void countRefusal(String protocol) {
    refused++;
    if (refused > limits.refusedMax()) {
      throw new NegotiationException(
          "more than "
              + limits.refusedMax()
              + " proposals refused, the last "
              + MultistreamTokens.quote(protocol));
    }
  }

  /** Appends a token to what leaves next. */
  final void say(ChannelHandlerContext ctx, String token) {
    ByteBuf out = unsent;
    if (out == null) {
      out = ctx.alloc().buffer();
      unsent = out;
    }
    MultistreamTokens.write(out, token);
  }

  /** Takes what would leave next, to send it with something else. */
  final @Nullable ByteBuf takeUnsent() {
    ByteBuf out = unsent;
    unsent = null;
    return out;
  }

  final void send(ChannelHandlerContext ctx) {
    ByteBuf out = takeUnsent();
    if (out != null) {
      ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  /**
   * Sends the rest, installs the protocol, steps aside. The protocol is installed while the step
   * still counts as running, so that a consumer that throws fails it.
   */
  final void agree(ChannelHandlerContext ctx, String protocol) {
    send(ctx);
    agreed.accept(protocol);
    if (!succeed()) {
      return;
    }
    ctx.fireUserEventTriggered(new MultistreamAgreed(protocol));
    ctx.pipeline().remove(this);
    told(protocol, null);
  }

  @Override
  final void failed(ChannelHandlerContext ctx, SecureChannelException reason) {
    releaseUnsent();
    NegotiationException problem =
        reason instanceof NegotiationException own
            ? own
            : new NegotiationException(String.valueOf(reason.getMessage()), reason);
    told(null, problem);
    ctx.fireUserEventTriggered(new MultistreamFailed(problem));
  }

  @Override
  final NegotiationException problem(String message, @Nullable Throwable cause) {
    return cause == null
        ? new NegotiationException(message)
        : new NegotiationException(message, cause);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    send(ctx);
    super.channelReadComplete(ctx);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    super.handlerRemoved0(ctx);
    releaseUnsent();
  }

  private void releaseUnsent() {
    ByteBuf out = takeUnsent();
    if (out != null) {
      out.release();
    }
  }
}
