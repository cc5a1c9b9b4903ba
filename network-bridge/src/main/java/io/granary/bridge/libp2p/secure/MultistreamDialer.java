package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The proposing side of multistream-select 1.0. Header and first proposal leave as one write; after
 * each {@code na} the next proposal follows. Once agreed it leaves the pipeline, and bytes behind
 * the echo reach the next handlers unchanged.
 *
 * <p>A lazy dialer has a single protocol and does not wait: what the application writes goes out at
 * once, the first of it in the same write as header and proposal, and the echo is checked when it
 * arrives (go-multistream's lazy mode). Header and proposal leave at the end of the event loop's
 * turn at the latest. When not lazy, an application that writes before the agreement has its write
 * failed.
 */
public final class MultistreamDialer extends MultistreamNegotiation
    implements ChannelOutboundHandler {
  private final List<String> proposals;
  private final boolean lazy;
  private final Promise<String> outcome;
  private int proposed;
  private boolean open;

  /**
   * @param proposals ids in order of preference, at least one
   * @param agreed called on the event loop before any byte of the protocol is handed on
   * @param outcome told afterwards; fails with {@link NegotiationException}
   * @throws IllegalArgumentException for no proposal, or one that can not be sent
   */
  public MultistreamDialer(
      List<String> proposals,
      NegotiationLimits limits,
      Consumer<String> agreed,
      Promise<String> outcome) {
    this(proposals, false, limits, agreed, outcome);
  }

  private MultistreamDialer(
      List<String> proposals,
      boolean lazy,
      NegotiationLimits limits,
      Consumer<String> agreed,
      Promise<String> outcome) {
    super(limits, agreed);
    if (proposals.isEmpty()) {
      throw new IllegalArgumentException("proposals: at least one is needed");
    }
    for (String proposal : proposals) {
      MultistreamTokens.requireSendable(proposal, limits.tokenBytesMax());
    }
    this.proposals = List.copyOf(proposals);
    this.lazy = lazy;
    this.open = lazy;
    this.outcome = outcome;
  }

  /** A dialer that knows what the remote speaks and does not wait for its word. */
  public static MultistreamDialer lazy(
      String protocol, NegotiationLimits limits, Promise<String> outcome) {
    return new MultistreamDialer(List.of(protocol), true, limits, protocolAgreed -> {}, outcome);
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    super.begin(ctx);
    say(ctx, proposals.get(0));
    if (!lazy) {
      send(ctx);
    }
  }

  @Override
  void token(ChannelHandlerContext ctx, String answer) {
    String proposal = proposals.get(proposed);
    if (answer.equals(proposal)) {
      open = true;
      agree(ctx, proposal);
    } else if (answer.equals(MultistreamTokens.NOT_AVAILABLE)) {
      refused(ctx, proposal);
    } else {
      throw new NegotiationException(
          "proposed "
              + MultistreamTokens.quote(proposal)
              + ", answered "
              + MultistreamTokens.quote(answer));
    }
  }

  private void refused(ChannelHandlerContext ctx, String proposal) {
    countRefusal(proposal);
    proposed++;
    if (proposed == proposals.size()) {
      throw new NegotiationException("remote speaks none of " + proposals);
    }
    say(ctx, proposals.get(proposed));
  }

  @Override
  void told(@Nullable String protocol, @Nullable NegotiationException reason) {
    if (protocol != null) {
      outcome.trySuccess(protocol);
    } else if (reason != null) {
      outcome.tryFailure(reason);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!open) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new NegotiationException("written before a protocol was agreed on"));
      return;
    }
    ByteBuf first = message instanceof ByteBuf ? takeUnsent() : null;
    Object together = first == null ? message : Unpooled.wrappedBuffer(first, (ByteBuf) message);
    ChannelFuture unused = ctx.write(together, promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    send(ctx);
    ctx.flush();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    send(ctx);
    ChannelFuture unused = ctx.close(promise);
  }

  @Override
  public void bind(ChannelHandlerContext ctx, SocketAddress local, ChannelPromise promise) {
    ChannelFuture unused = ctx.bind(local, promise);
  }

  @Override
  public void connect(
      ChannelHandlerContext ctx,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    ChannelFuture unused = ctx.connect(remote, local, promise);
  }

  @Override
  public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
    ChannelFuture unused = ctx.disconnect(promise);
  }

  @Override
  public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
    ChannelFuture unused = ctx.deregister(promise);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    ctx.read();
  }
}
