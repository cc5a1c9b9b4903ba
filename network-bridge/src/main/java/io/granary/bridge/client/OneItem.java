package io.granary.bridge.client;

import io.granary.bridge.deal.CborItem;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.StreamHandler;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.deal.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One question on one stream: writes a CBOR item (or nothing), reads one, and says good-bye. The
 * provider's item has no length in front (market.md 2); what follows it is not read.
 */
final class OneItem implements StreamHandler {
  private final Function<String, Bytes> request;
  private final CompletableFuture<Bytes> answer = new CompletableFuture<>();
  private volatile boolean begun;

  /**
   * @param request by the protocol that was agreed; no bytes for a protocol without a request
   */
  OneItem(Function<String, Bytes> request) {
    this.request = request;
  }

  /** The provider's item; fails with a {@link ClientException}. */
  CompletableFuture<Bytes> answer() {
    return answer;
  }

  /** Whether a stream was had, so that the question may have been heard. */
  boolean begun() {
    return begun;
  }

  /** Nobody waits for the answer any more: without one the stream ends, or never begins. */
  void giveUp() {
    fail("given up");
  }

  @Override
  public void handle(P2pStream stream) {
    if (answer.isDone()) {
      stream.reset();
      return;
    }
    begun = true;
    CompletableFuture<Bytes> unused =
        answer.whenComplete(
            (bytes, problem) -> {
              if (problem != null) {
                stream.reset();
              }
            });
    stream.pushHandler(new Reader(stream));
    Bytes bytes = request.apply(stream.protocol());
    if (!bytes.isEmpty()) {
      stream
          .write(Unpooled.wrappedBuffer(bytes.toArray()))
          .addListener(
              (Future<Void> written) -> {
                if (!written.isSuccess()) {
                  fail("the question could not be sent: " + written.cause().getMessage());
                }
              });
    }
  }

  private void fail(String problem) {
    answer.completeExceptionally(new ClientException(problem));
  }

  private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
    private final P2pStream stream;
    private final CborItem item = new CborItem(WireLimits.OBJECT_BYTES_MAX);

    Reader(P2pStream stream) {
      this.stream = stream;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
      if (answer.isDone()) {
        return;
      }
      try {
        item.take(in)
            .ifPresent(
                whole -> {
                  answer.complete(whole);
                  Future<Void> unused = stream.closeWrite();
                });
      } catch (CborException e) {
        fail("the answer is no CBOR: " + e.getMessage());
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof ChannelInputShutdownEvent) {
        fail("the stream ended " + whereItEnded());
      }
      super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      fail("the connection ended " + whereItEnded());
      super.channelInactive(ctx);
    }

    private String whereItEnded() {
      return item.size() == 0 ? "without an answer" : "in the middle of the answer";
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail("the stream broke: " + cause.getMessage());
    }
  }
}
