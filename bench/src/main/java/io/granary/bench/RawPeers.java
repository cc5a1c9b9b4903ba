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
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
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
    connect(up, channel -> negotiate(channel, NOISE, up, () -> secure(channel, up)));
    return up;
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
            negotiate(
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

  private static void negotiate(
      SocketChannel channel, String protocol, CompletableFuture<Channel> outcome, Runnable then) {
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

  private void secure(SocketChannel channel, CompletableFuture<Channel> up) {
    Promise<SecureSession> session = channel.eventLoop().newPromise();
    session.addListener(
        (Future<SecureSession> future) -> {
          if (!future.isSuccess()) {
            up.completeExceptionally(future.cause());
          } else if (future.getNow().earlyMuxer().isPresent()) {
            multiplex(channel, up);
          } else {
            negotiate(channel, YAMUX, up, () -> multiplex(channel, up));
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

  private static void multiplex(SocketChannel channel, CompletableFuture<Channel> up) {
    channel
        .pipeline()
        .addLast(new YamuxSession(true, YamuxSettings.defaults(), new RefuseStreams()));
    up.complete(channel);
  }

  @ChannelHandler.Sharable
  private static final class RefuseStreams extends ChannelInitializer<YamuxStream> {
    @Override
    protected void initChannel(YamuxStream stream) {
      stream.reset(0);
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
