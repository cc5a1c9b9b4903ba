package io.granary.bridge.retrieval.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Listens until it is closed. Thread-safe. */
public final class HttpServer implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final long STOP_SECONDS = 5;

  /**
   * Taken from a socket in one read: also bounds how many requests that were sent ahead are decoded
   * before their turn.
   */
  private static final int RECEIVE_BYTES = 4 << 10;

  private final EventLoopGroup loops;
  private final FairTurns turns;
  private final Clients clients;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final InetSocketAddress address;

  /**
   * What is open now and what was refused since the start.
   *
   * @param addresses that have connections
   */
  public record Status(
      int connections,
      int requests,
      int addresses,
      long connectionsRefused,
      long requestsRefused) {}

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be listened on
   */
  public static HttpServer start(HttpSettings settings, RequestHandler handler, InstantSource clock)
      throws IOException {
    return new HttpServer(settings, handler, clock);
  }

  private HttpServer(HttpSettings settings, RequestHandler handler, InstantSource clock)
      throws IOException {
    clients = new Clients(settings);
    turns = new FairTurns(settings.workers());
    loops =
        new NioEventLoopGroup(settings.loops(), new DefaultThreadFactory("retrieval-http", true));
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(
                ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BYTES))
            .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, SentFile.SIZES)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(settings.bufferBytes() / 2, settings.bufferBytes()))
            .childHandler(new Accepted(settings, handler, clock));
    ChannelFuture bound =
        bootstrap
            .bind(new InetSocketAddress(settings.host(), settings.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new IOException(
          settings.host() + ":" + settings.port() + " cannot be listened on: " + bound.cause(),
          bound.cause());
    }
    channels.add(bound.channel());
    address = (InetSocketAddress) bound.channel().localAddress();
  }

  /** Takes a connection, or closes it at once. */
  private final class Accepted extends ChannelInitializer<SocketChannel> {
    private final HttpSettings settings;
    private final RequestHandler handler;
    private final InstantSource clock;

    Accepted(HttpSettings settings, RequestHandler handler, InstantSource clock) {
      this.settings = settings;
      this.handler = handler;
      this.clock = clock;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      Optional<Clients.Client> client =
          clients.open(channel.remoteAddress().getAddress(), System.nanoTime());
      if (client.isEmpty()) {
        ChannelFuture unused = channel.close();
        return;
      }
      channels.add(channel);
      channel
          .pipeline()
          .addLast(
              new Arrivals(),
              codec(settings.headBytesMax()),
              new FlowControlHandler(),
              new Connection(settings, client.get(), turns, handler, clock));
    }
  }

  /** The request line and the fields may have {@code headBytesMax} each; lines end in CR LF. */
  static HttpServerCodec codec(int headBytesMax) {
    return new HttpServerCodec(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(headBytesMax)
            .setMaxHeaderSize(headBytesMax)
            .setStrictLineParsing(true));
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** What is open now. */
  public Status status() {
    return clients.status();
  }

  /** Ends all connections at once. */
  @Override
  public void close() {
    channels.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    turns.close();
    loops
        .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
