package io.granary.bench;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.secure.HandshakeLimits;
import io.granary.bridge.libp2p.secure.MultistreamDialer;
import io.granary.bridge.libp2p.secure.NegotiationLimits;
import io.granary.bridge.libp2p.secure.NoiseHandshake;
import io.granary.bridge.libp2p.secure.SecureSession;
import io.granary.bridge.libp2p.yamux.YamuxSession;
import io.granary.bridge.libp2p.yamux.YamuxSettings;
import io.granary.bridge.libp2p.yamux.YamuxStream;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Peers that are only what is asked of them here: each connection has an identity of its own, on
 * the event loops that all share. From any thread.
 */
final class RawPeers implements AutoCloseable {
  private static final String NOISE = "/noise";
  private static final String YAMUX = "/yamux/1.0.0";

  /** The first handshake message: a key. It is never sent whole. */
  private static final int KEY_BYTES = 32;

  private static final long BYTE_EVERY_MILLIS = 250;

  /** What a deaf peer lets each of its streams be sent. */
  private static final int WIDE_WINDOW_BYTES = 64 << 20;

  /** A deaf peer does not mind that it hears nothing. */
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final EventLoopGroup group = new NioEventLoopGroup(2);
  private final InetSocketAddress server;
  private final PeerId expected;

  RawPeers(InetSocketAddress server, PeerId expected) {
    this.server = server;
    this.expected = expected;
  }

  /** A connection that is up and then says nothing more; who opens a stream is refused. */
  CompletableFuture<Channel> idle() {
    CompletableFuture<Channel> up = new CompletableFuture<>();
    connect(up, channel -> idle(channel, up));
    return up;
  }

  private void idle(SocketChannel channel, CompletableFuture<Channel> up) {
    Runnable multiplex =
        () -> {
          multiplex(channel, YamuxSettings.defaults());
          up.complete(channel);
        };
    propose(channel, NOISE, up, () -> secure(channel, up, multiplex));
  }

  /**
   * A connection that opens {@code streams} streams of {@code protocol}, lets each be sent 64 MiB,
   * and then reads nothing any more, not even from its socket.
   */
  CompletableFuture<Channel> deaf(String protocol, int streams) {
    CompletableFuture<Channel> deaf = new CompletableFuture<>();
    connect(
        deaf,
        channel ->
            propose(
                channel,
                NOISE,
                deaf,
                () -> secure(channel, deaf, () -> ask(channel, protocol, streams, deaf))));
    return deaf;
  }

  private static void ask(
      SocketChannel channel, String protocol, int streams, CompletableFuture<Channel> deaf) {
    YamuxSession session = multiplex(channel, wideWindows(streams));
    AtomicInteger missing = new AtomicInteger(streams);
    for (int i = 0; i < streams; i++) {
      session
          .open(
              new ChannelInitializer<YamuxStream>() {
                @Override
                protected void initChannel(YamuxStream stream) {
                  propose(
                      stream,
                      protocol,
                      deaf,
                      () -> {
                        if (missing.decrementAndGet() == 0) {
                          channel.config().setAutoRead(false);
                          deaf.complete(channel);
                        }
                      });
                  stream.pipeline().addLast(new Dropped());
                }
              })
          .addListener(
              opened -> {
                if (!opened.isSuccess()) {
                  deaf.completeExceptionally(opened.cause());
                }
              });
    }
  }

  private static YamuxSettings wideWindows(int streams) {
    YamuxSettings usual = YamuxSettings.defaults();
    return new YamuxSettings(
        WIDE_WINDOW_BYTES,
        WIDE_WINDOW_BYTES,
        usual.frameBytesMax(),
        usual.streamsInMax(),
        streams,
        usual.acceptBacklog(),
        usual.sendBufferBytesMax(),
        FOR_EVER,
        FOR_EVER,
        (long) streams * WIDE_WINDOW_BYTES,
        usual.streamBufferBytesMax(),
        usual.opensWaitingMax(),
        usual.controlFramesMax(),
        usual.pingsPerSecondMax(),
        usual.closedRememberedMax(),
        usual.strayBytesMax());
  }

  /**
   * A connection that comes as far as the handshake and then sends a byte of it four times a
   * second.
   *
   * @return when the other side has closed it: how long it had it, in nanoseconds
   */
  CompletableFuture<Long> slow() {
    CompletableFuture<Channel> agreed = new CompletableFuture<>();
    CompletableFuture<Long> ended = new CompletableFuture<>();
    connect(
        agreed,
        channel ->
            propose(
                channel,
                NOISE,
                agreed,
                () -> {
                  agreed.complete(channel);
                  trickle(channel, ended);
                }));
    CompletableFuture<Channel> unused =
        agreed.whenComplete(
            (channel, problem) -> {
              if (problem != null) {
                ended.completeExceptionally(problem);
              }
            });
    return ended;
  }

  private interface Step {
    void on(SocketChannel channel);
  }

  private void connect(CompletableFuture<Channel> outcome, Step step) {
    new Bootstrap()
        .group(group)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                step.on(channel);
              }
            })
        .connect(server)
        .addListener(
            (ChannelFuture connected) -> {
              if (connected.isSuccess()) {
                connected
                    .channel()
                    .closeFuture()
                    .addListener(closed -> fail(outcome, "the other side closed the connection"));
              } else {
                outcome.completeExceptionally(connected.cause());
              }
            });
  }

  private static void fail(CompletableFuture<?> outcome, String why) {
    outcome.completeExceptionally(new IllegalStateException(why));
  }

  private static void propose(
      Channel channel, String protocol, CompletableFuture<Channel> outcome, Runnable then) {
    Promise<String> agreed = channel.eventLoop().newPromise();
    agreed.addListener(
        future -> {
          if (!future.isSuccess()) {
            outcome.completeExceptionally(future.cause());
          }
        });
    channel
        .pipeline()
        .addLast(
            new MultistreamDialer(
                List.of(protocol), NegotiationLimits.defaults(), unused -> then.run(), agreed));
  }

  private void secure(SocketChannel channel, CompletableFuture<Channel> up, Runnable multiplex) {
    Promise<SecureSession> session = channel.eventLoop().newPromise();
    session.addListener(
        (Future<SecureSession> future) -> {
          if (!future.isSuccess()) {
            up.completeExceptionally(future.cause());
          } else if (future.getNow().earlyMuxer().isPresent()) {
            multiplex.run();
          } else {
            propose(channel, YAMUX, up, multiplex);
          }
        });
    channel
        .pipeline()
        .addLast(
            new NoiseHandshake(
                Identity.generate(),
                true,
                Optional.of(expected),
                List.of(YAMUX),
                HandshakeLimits.defaults(),
                session));
  }

  private static YamuxSession multiplex(SocketChannel channel, YamuxSettings settings) {
    YamuxSession session = new YamuxSession(true, settings, new RefuseStreams());
    channel.pipeline().addLast(session);
    return session;
  }

  @ChannelHandler.Sharable
  private static final class RefuseStreams extends ChannelInitializer<YamuxStream> {
    @Override
    protected void initChannel(YamuxStream stream) {
      stream.reset(0);
    }
  }

  /** What comes before the peer is deaf, and the end of its streams. */
  private static final class Dropped extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ChannelFuture unused = ctx.close();
    }
  }

  private static void trickle(SocketChannel channel, CompletableFuture<Long> ended) {
    long start = System.nanoTime();
    AtomicInteger sent = new AtomicInteger();
    channel.closeFuture().addListener(closed -> ended.complete(System.nanoTime() - start));
    ByteBuf length = channel.alloc().buffer(2).writeShort(KEY_BYTES);
    channel.writeAndFlush(length).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    Future<?> bytes =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> {
                  if (sent.incrementAndGet() < KEY_BYTES) {
                    ByteBuf one = channel.alloc().buffer(1).writeByte(9);
                    channel.writeAndFlush(one).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                  }
                },
                BYTE_EVERY_MILLIS,
                BYTE_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> bytes.cancel(false));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
