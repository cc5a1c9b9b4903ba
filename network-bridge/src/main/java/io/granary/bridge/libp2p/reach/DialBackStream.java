package io.granary.bridge.libp2p.reach;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.StreamHandler;
import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.LengthPrefix;
import io.granary.protocol.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;

/** Sends one question and reads one answer, each behind its length; then the stream is reset. */
final class DialBackStream implements StreamHandler {
  private final byte[] question;
  private final CompletableFuture<DialBack> answer = new CompletableFuture<>();

  DialBackStream(byte[] question) {
    this.question = question;
  }

  /** Fails with a {@link P2pException}. */
  CompletableFuture<DialBack> answer() {
    return answer;
  }

  @Override
  public void handle(P2pStream stream) {
    stream.pushHandler(new Reader());
    CompletableFuture<DialBack> unusedEnd = answer.whenComplete((dialed, cause) -> stream.reset());
    Future<Void> unused =
        stream.write(Unpooled.wrappedBuffer(Varint.encode(question.length).toArray(), question));
  }

  private void fail(String why) {
    answer.completeExceptionally(new P2pException(why));
  }

  private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
    private final ByteBuf collected = Unpooled.buffer(0, DialBack.MESSAGE_BYTES_MAX + 4);

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
      if (answer.isDone()) {
        return;
      }
      if (in.readableBytes() > collected.maxCapacity() - collected.writerIndex()) {
        fail("autonat: an answer above " + DialBack.MESSAGE_BYTES_MAX + " bytes");
        return;
      }
      collected.writeBytes(in);
      collected.readerIndex(0);
      try {
        int length = LengthPrefix.read(collected, DialBack.MESSAGE_BYTES_MAX, "autonat");
        if (length != LengthPrefix.MORE_NEEDED && collected.readableBytes() >= length) {
          byte[] message = new byte[length];
          collected.readBytes(message);
          answer.complete(DialBack.response(message));
        }
      } catch (CodecException e) {
        fail(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        fail("autonat: the peer ended without an answer");
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail("autonat: the stream ended without an answer");
      ctx.fireChannelInactive();
    }
  }
}
