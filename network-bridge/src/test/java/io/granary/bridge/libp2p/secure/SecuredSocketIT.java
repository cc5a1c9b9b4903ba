package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Negotiation, handshake and frames over TCP on loopback. */
class SecuredSocketIT {
  private static final int BYTES = 64 << 20;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final long WAIT_S = 60;

  private final EventLoopGroup listenerLoop = new NioEventLoopGroup(1);
  private final EventLoopGroup dialerLoop = new NioEventLoopGroup(1);

  @AfterEach
  void stop() {
    listenerLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    dialerLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void bytesArriveInOrder_whenSentAsFastAsTheSocketTakesThem() throws Exception {
    byte[] chunk = new byte[CHUNK_BYTES];
    new Random(1).nextBytes(chunk);
    CRC32C sent = new CRC32C();
    for (int i = 0; i < BYTES / CHUNK_BYTES; i++) {
      sent.update(chunk);
    }
    Promise<Long> received = listenerLoop.next().newPromise();
    Promise<SecureSession> accepted = listenerLoop.next().newPromise();
    Channel server = listen(accepted, new Sink(BYTES, received));
    Promise<SecureSession> session = dialerLoop.next().newPromise();
    Channel dialed = dial((InetSocketAddress) server.localAddress(), session, new Source(chunk));

    assertThat(session.await(WAIT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(session.getNow().remote()).isEqualTo(NoiseEnd.LISTENER.peerId());
    assertThat(received.await(WAIT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(received.getNow()).isEqualTo(sent.getValue());
    assertThat(accepted.getNow().remote()).isEqualTo(NoiseEnd.DIALER.peerId());
    dialed.close().syncUninterruptibly();
    server.close().syncUninterruptibly();
  }

  private Channel listen(Promise<SecureSession> accepted, Sink sink) {
    return new ServerBootstrap()
        .group(listenerLoop)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new MultistreamListener(
                            Set.of("/noise"),
                            NegotiationLimits.defaults(),
                            id -> channel.pipeline().addLast(handshake(false, accepted), sink)));
              }
            })
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  private Channel dial(InetSocketAddress to, Promise<SecureSession> session, Source source) {
    Promise<String> agreed = dialerLoop.next().newPromise();
    return new Bootstrap()
        .group(dialerLoop)
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        MultistreamDialer.lazy("/noise", NegotiationLimits.defaults(), agreed),
                        handshake(true, session),
                        source);
              }
            })
        .connect(to)
        .syncUninterruptibly()
        .channel();
  }

  private static NoiseHandshake handshake(boolean dialer, Promise<SecureSession> session) {
    return new NoiseHandshake(
        dialer ? NoiseEnd.DIALER : NoiseEnd.LISTENER,
        dialer,
        dialer ? Optional.of(NoiseEnd.LISTENER.peerId()) : Optional.empty(),
        List.of("/yamux/1.0.0"),
        HandshakeLimits.defaults(),
        session);
  }

  /** Writes while the channel is writable, once secured. */
  private static final class Source extends ChannelInboundHandlerAdapter {
    private final byte[] chunk;
    private int left = BYTES;
    private boolean secured;

    Source(byte[] chunk) {
      this.chunk = chunk;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SecureSession) {
        secured = true;
        writeSome(ctx);
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      writeSome(ctx);
    }

    private void writeSome(ChannelHandlerContext ctx) {
      while (secured && left > 0 && ctx.channel().isWritable()) {
        left -= chunk.length;
        ctx.writeAndFlush(Unpooled.wrappedBuffer(chunk)).addListener(done -> writeSome(ctx));
      }
    }
  }

  /** Adds up what arrives. */
  private static final class Sink extends ChannelInboundHandlerAdapter {
    private final CRC32C sum = new CRC32C();
    private final Promise<Long> received;
    private long left;

    Sink(long bytes, Promise<Long> received) {
      this.left = bytes;
      this.received = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      left -= in.readableBytes();
      sum.update(in.nioBuffer());
      in.release();
      if (left == 0) {
        received.trySuccess(sum.getValue());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      received.tryFailure(cause);
    }
  }
}
