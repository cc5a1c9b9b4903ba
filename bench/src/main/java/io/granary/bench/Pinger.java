package io.granary.bench;

import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Pings of an ordinary peer, one after the other on one stream; counts what comes back. */
final class Pinger extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int PINGS = 100;
  private static final int PING_BYTES = 32;
  private static final long WAIT_SECONDS = 60;
  private static final double MEDIAN = 0.5;
  private static final double WORST = 1.0;

  private volatile CompletableFuture<Boolean> answer = new CompletableFuture<>();
  private int bytes;

  private Pinger() {}

  /**
   * Pings {@code server} from {@code other}.
   *
   * @return milliseconds of a round trip, as text
   */
  static String ping(P2pHost server, P2pHost other)
      throws InterruptedException, ExecutionException, TimeoutException {
    Pinger pinger = new Pinger();
    P2pStream stream =
        other
            .open(
                server.peerId(),
                server.listenAddresses(),
                List.of("/ipfs/ping/1.0.0"),
                opened -> opened.pushHandler(pinger))
            .toCompletableFuture()
            .get(WAIT_SECONDS, TimeUnit.SECONDS);
    Samples millis = new Samples();
    for (int i = 0; i < PINGS; i++) {
      long start = System.nanoTime();
      CompletableFuture<Boolean> answer = pinger.expect();
      stream
          .write(Unpooled.wrappedBuffer(new byte[PING_BYTES]))
          .addListener(
              written -> {
                if (!written.isSuccess()) {
                  answer.completeExceptionally(written.cause());
                }
              });
      boolean unused = answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
      millis.add((System.nanoTime() - start) / 1e6);
    }
    stream.reset();
    return String.format(
        Locale.ROOT,
        "median %.2f ms, worst of %d %.1f ms",
        millis.quantile(MEDIAN),
        PINGS,
        millis.quantile(WORST));
  }

  private CompletableFuture<Boolean> expect() {
    answer = new CompletableFuture<>();
    return answer;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf part) {
    bytes += part.readableBytes();
    if (bytes >= PING_BYTES) {
      bytes -= PING_BYTES;
      answer.complete(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    answer.completeExceptionally(new IllegalStateException("the ping stream was closed"));
    super.channelInactive(ctx);
  }
}
