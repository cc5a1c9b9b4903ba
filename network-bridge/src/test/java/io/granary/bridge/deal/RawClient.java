package io.granary.bridge.deal;

import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.protocol.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A client's end of a stream, byte by byte in the test's hand. */
final class RawClient extends ChannelInboundHandlerAdapter {
  private static final int LIMIT_SECONDS = 30;

  private final P2pStream stream;
  private final ByteArrayOutputStream came = new ByteArrayOutputStream();
  private final CompletableFuture<Bytes> answer = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private RawClient(P2pStream stream) {
    this.stream = stream;
  }

  static RawClient open(NettyHost from, NettyHost to, String... protocols) throws Exception {
    return get(opening(from, to, protocols));
  }

  static CompletionStage<RawClient> opening(NettyHost from, NettyHost to, String... protocols) {
    CompletableFuture<RawClient> client = new CompletableFuture<>();
    return from.open(
            to.peerId(),
            to.listenAddresses(),
            List.of(protocols),
            stream -> {
              RawClient end = new RawClient(stream);
              stream.pushHandler(end);
              client.complete(end);
            })
        .thenCompose(opened -> client);
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  RawClient write(Bytes bytes) {
    Future<Void> unused = stream.write(Unpooled.wrappedBuffer(bytes.toArray()));
    return this;
  }

  RawClient closeWrite() {
    Future<Void> unused = stream.closeWrite();
    return this;
  }

  /** Reads no more: what comes stays in the window. */
  void stopReading() {
    stream.pushHandler(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.channel().config().setAutoRead(false);
          }
        });
  }

  void reset() {
    stream.reset();
  }

  /** All that came up to the peer's end of the stream; fails when the stream is reset before. */
  Bytes answer() throws Exception {
    return get(answer);
  }

  /** Done when the stream is closed on both sides, or reset. */
  CompletionStage<Void> gone() {
    return gone;
  }

  boolean answered() {
    return answer.isDone();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    byte[] part = new byte[buffer.readableBytes()];
    buffer.readBytes(part);
    buffer.release();
    came.writeBytes(part);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      answer.complete(Bytes.of(came.toByteArray()));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    answer.completeExceptionally(new IllegalStateException("closed after " + came.size()));
    gone.complete(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    answer.completeExceptionally(cause);
  }
}
