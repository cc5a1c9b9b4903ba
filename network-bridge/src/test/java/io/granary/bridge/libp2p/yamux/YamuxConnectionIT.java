package io.granary.bridge.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two sessions on real event loops, in memory and over loopback sockets. */
@ExtendWith(LeakGuard.class)
class YamuxConnectionIT {
  /** The transport below the sessions. */
  enum Transport {
    LOCAL,
    SOCKET
  }

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MIB = 1 << 20;

  private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
  private final Settings settings = new Settings();
  private final CompletableFuture<YamuxSession> accepted = new CompletableFuture<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable closing : open) {
      closing.close();
    }
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(accepted.join().ended()).isTrue();
              assertThat(accepted.join().streams()).isZero();
              assertThat(alloc.metric().usedDirectMemory()).isZero();
              assertThat(alloc.metric().usedHeapMemory()).isZero();
            });
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void echoesOn300Streams_inParallel(Transport transport) throws Exception {
    settings.streamsInMax = 300;
    settings.streamsOutMax = 300;
    settings.opensWaitingMax = 300;
    YamuxSession session = connect(transport, Echo::new);
    int bytes = 30_000;
    List<CompletableFuture<byte[]>> echoes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      CompletableFuture<byte[]> echo = new CompletableFuture<>();
      echoes.add(echo);
      int first = i;
      Future<YamuxStream> opened = session.open(new Collector(echo));
      opened.addListener(
          f -> {
            YamuxStream stream = opened.getNow();
            ByteBuf message = stream.alloc().buffer(bytes).writeBytes(pattern(first, bytes));
            var written = stream.writeAndFlush(message);
            written.addListener(
                w -> {
                  var shut = stream.shutdownOutput();
                  assertThat(shut.isCancelled()).isFalse();
                });
          });
    }
    for (int i = 0; i < 300; i++) {
      assertThat(echoes.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(pattern(i, bytes));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void carries64MiBInBoundedMemory_whenTheReaderIsSlow(Transport transport) throws Exception {
    settings.windowMaxBytes = MIB;
    settings.streamBufferBytesMax = MIB;
    CompletableFuture<Long> received = new CompletableFuture<>();
    YamuxSession session = connect(transport, () -> new SlowReader(received, 4 * MIB));
    Writer writer = new Writer(64L * MIB, alloc);
    Future<YamuxStream> opened = session.open(writer);
    assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(64L * MIB);
    assertThat(opened.getNow().isOutputShutdown()).isTrue();
    // the writer's buffer, the receiver's window, and what lies in sockets and their buffers
    assertThat(writer.usedBytesMax.get()).isBetween((long) MIB / 2, 4L * MIB);
    opened.getNow().close().sync();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void isNotHeldUp_besideAStreamThatNobodyReads(Transport transport) throws Exception {
    CompletableFuture<Long> received = new CompletableFuture<>();
    List<ChannelHandler> readers =
        new ArrayList<>(List.of(new NoReader(), new SlowReader(received, Long.MAX_VALUE)));
    YamuxSession session = connect(transport, () -> readers.remove(0));
    Writer stuck = new Writer(64L * MIB, alloc);
    YamuxStream stuckStream = session.open(stuck).sync().getNow();
    Awaitility.await().atMost(LIMIT).until(() -> stuck.sentBytes.get() > 0);
    Future<YamuxStream> fast = session.open(new Writer(16L * MIB, alloc)).sync();
    assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(16L * MIB);
    assertThat(stuckStream.isOpen()).isTrue();
    assertThat(stuck.sentBytes.get()).isLessThan(4L * MIB);
    stuckStream.reset(YamuxCodes.RATE_LIMITED);
    stuckStream.closeFuture().sync();
    fast.getNow().close().sync();
  }

  private static byte[] pattern(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  private YamuxSession connect(Transport transport, Supplier<ChannelHandler> inbound)
      throws Exception {
    boolean local = transport == Transport.LOCAL;
    EventLoopGroup loops = local ? new DefaultEventLoopGroup(2) : new NioEventLoopGroup(2);
    Class<? extends ServerChannel> serverType =
        local ? LocalServerChannel.class : NioServerSocketChannel.class;
    SocketAddress any =
        local ? LocalAddress.ANY : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(serverType)
            .childOption(ChannelOption.ALLOCATOR, alloc)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    YamuxSession made = new YamuxSession(false, settings.build(), each(inbound));
                    channel.pipeline().addLast(made);
                    accepted.complete(made);
                  }
                })
            .bind(any)
            .sync()
            .channel();
    YamuxSession session =
        new YamuxSession(true, settings.build(), new ChannelInboundHandlerAdapter());
    Channel client =
        new Bootstrap()
            .group(loops)
            .channel(local ? LocalChannel.class : NioSocketChannel.class)
            .option(ChannelOption.ALLOCATOR, alloc)
            .handler(session)
            .connect(server.localAddress())
            .sync()
            .channel();
    open.add(() -> client.close().sync());
    open.add(() -> assertThat(session.streams()).isZero());
    open.add(() -> server.close().sync());
    open.add(() -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync());
    return session;
  }

  private static ChannelInitializer<YamuxStream> each(Supplier<ChannelHandler> inbound) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(YamuxStream stream) {
        stream.pipeline().addLast(inbound.get());
      }

      @Override
      public boolean isSharable() {
        return true;
      }
    };
  }

  /** Writes back what it reads, and ends when the peer does. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var unused = ctx.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        var unused = ((YamuxStream) ctx.channel()).shutdownOutput();
      }
    }
  }

  /** All bytes, told at the end. */
  private static final class Collector extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<byte[]> all;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Collector(CompletableFuture<byte[]> all) {
      this.all = all;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      bytes.writeBytes(ByteBufUtil.getBytes((ByteBuf) message));
      ((ByteBuf) message).release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        all.complete(bytes.toByteArray());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      all.completeExceptionally(cause);
    }
  }

  /** Writes as long as the stream is writable, then ends; notes the memory in use. */
  private static final class Writer extends ChannelInboundHandlerAdapter {
    final AtomicLong sentBytes = new AtomicLong();
    final AtomicLong usedBytesMax = new AtomicLong();
    private final long bytes;
    private final UnpooledByteBufAllocator alloc;
    private boolean ended;

    Writer(long bytes, UnpooledByteBufAllocator alloc) {
      this.bytes = bytes;
      this.alloc = alloc;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      write(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      write(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ended = true;
    }

    private void write(ChannelHandlerContext ctx) {
      while (!ended && ctx.channel().isWritable() && sentBytes.get() < bytes) {
        int part = (int) Math.min(65_536, bytes - sentBytes.get());
        var unused = ctx.writeAndFlush(alloc.directBuffer(part).writeZero(part));
        sentBytes.addAndGet(part);
        usedBytesMax.accumulateAndGet(alloc.metric().usedDirectMemory(), Math::max);
      }
      if (!ended && sentBytes.get() == bytes) {
        ended = true;
        var unused = ((YamuxStream) ctx.channel()).shutdownOutput();
      }
    }
  }

  /** Counts; pauses for a while whenever so many bytes have come. */
  private static final class SlowReader extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Long> received;
    private final long pauseEveryBytes;
    private long bytes;
    private long paused;

    SlowReader(CompletableFuture<Long> received, long pauseEveryBytes) {
      this.received = received;
      this.pauseEveryBytes = pauseEveryBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      bytes += ((ByteBuf) message).readableBytes();
      ((ByteBuf) message).release();
      if (bytes / pauseEveryBytes > paused) {
        paused = bytes / pauseEveryBytes;
        ctx.channel().config().setAutoRead(false);
        var unused =
            ctx.executor()
                .schedule(
                    () -> ctx.channel().config().setAutoRead(true), 20, TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        received.complete(bytes);
        var unused = ctx.close();
      }
    }
  }

  /** Never reads. */
  private static final class NoReader extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      assertThat(cause).isInstanceOf(StreamResetException.class);
    }
  }
}
