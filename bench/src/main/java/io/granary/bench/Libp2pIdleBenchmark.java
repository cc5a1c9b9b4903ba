package io.granary.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What an idle libp2p connection costs: as many as the limit of open files allows, 10,000 at most,
 * from peers of this process over loopback, so that both of its ends are in the figure. While they
 * stand, and while handshakes come a byte at a time, another peer's pings must be answered; the
 * slow handshakes must be ended by {@code handshake.limit}, and no other connection with them.
 */
final class Libp2pIdleBenchmark implements Benchmark {
  private static final int CONNECTIONS_MAX = 10_000;

  /** Two for each connection; the rest is for all else that the process has open. */
  private static final int FILES_KEPT = 256;

  private static final int AT_ONCE = 32;
  private static final int SLOW = 64;
  private static final int PINGS = 100;
  private static final int PING_BYTES = 32;
  private static final long HANDSHAKE_LIMIT_SECONDS = 3;
  private static final long WAIT_SECONDS = 60;
  private static final double MEDIAN = 0.5;
  private static final double WORST = 1.0;
  private static final double KIB = 1024;
  private static final String SETTINGS =
      "granary.network-bridge.libp2p { threads = 2, idle-limit = 1h, handshake.limit = "
          + HANDSHAKE_LIMIT_SECONDS
          + "s, upgrade-limit = 30s, negotiation.connection-limit = 30s"
          + ", limits.connections { in = 20000, out = 16, total = 20000 }"
          + ", limits.upgrading { in = 256, out = 16, total = 256 }"
          + ", limits.streams { in = 20000, out = 20000, total = 20000 }"
          + ", limits.negotiating { in = 20000, out = 20000, total = 20000 } }";

  @Override
  public String name() {
    return "libp2p-idle";
  }

  @Override
  public String summary() {
    return "KiB that an idle libp2p connection costs, both ends, of up to 10,000; others served";
  }

  @Override
  public String against() {
    return "nothing: heap and buffers after a collection, before and with the connections";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(64);
  }

  @Override
  public String unit() {
    return "KiB";
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    try (NettyHost server = host();
        NettyHost other = host();
        RawPeers peers = new RawPeers(address(server), server.peerId())) {
      return measure(server, other, peers, report);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a peer was not served: " + e, e);
    }
  }

  private static double measure(NettyHost server, NettyHost other, RawPeers peers, Report report)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    int wanted = Math.min(CONNECTIONS_MAX, (int) ((filesLeft() - FILES_KEPT) / 2));
    if (wanted < 1) {
      throw new IOException("the limit of open files leaves none for connections (ulimit -n)");
    }
    report.line("%d connections, as the limit of open files allows (ulimit -n)", wanted);
    warmUp(peers);
    report.line("pings of another peer, none idle:        %s", pings(server, other));
    long before = usedBytes();
    long start = System.nanoTime();
    List<Channel> idle = open(peers, wanted);
    report.line("all were up after %.1f s", (System.nanoTime() - start) / 1e9);
    double each = (usedBytes() - before) / (double) wanted / KIB;
    report.line("pings of another peer, all idle:         %s", pings(server, other));
    report.line("memory of a connection, both ends: %.1f KiB", each);
    slow(server, other, peers, report);
    requireOpen(idle, server);
    return each;
  }

  private static NettyHost host() {
    return NettyHost.start(
        Identity.generate(),
        Libp2pSettings.from(
            ConfigFactory.parseString(SETTINGS).withFallback(ConfigFactory.load()).resolve()));
  }

  private static InetSocketAddress address(P2pHost host) {
    Multiaddr.TcpTarget target = host.listenAddresses().get(0).tcp().orElseThrow();
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port());
  }

  private static long filesLeft() throws IOException {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      return unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
    }
    throw new IOException("this system does not say how many files may be open");
  }

  /** Classes are loaded and pools are filled before the memory is looked at. */
  private static void warmUp(RawPeers peers)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (Channel channel : open(peers, AT_ONCE)) {
      channel.close().syncUninterruptibly();
    }
  }

  private static List<Channel> open(RawPeers peers, int count)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Channel> open = new ArrayList<>();
    while (open.size() < count) {
      List<CompletableFuture<Channel>> next = new ArrayList<>();
      for (int i = 0; i < Math.min(AT_ONCE, count - open.size()); i++) {
        next.add(peers.idle());
      }
      for (CompletableFuture<Channel> one : next) {
        open.add(one.get(WAIT_SECONDS, TimeUnit.SECONDS));
      }
    }
    return open;
  }

  /** Heap after a collection, and Netty's direct buffers. */
  private static long usedBytes() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(500);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  private static void slow(NettyHost server, NettyHost other, RawPeers peers, Report report)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    List<CompletableFuture<Long>> slow = new ArrayList<>();
    for (int i = 0; i < SLOW; i++) {
      slow.add(peers.slow());
    }
    report.line("pings of another peer, %d slow handshakes: %s", SLOW, pings(server, other));
    Samples seconds = new Samples();
    for (CompletableFuture<Long> one : slow) {
      seconds.add(one.get(WAIT_SECONDS, TimeUnit.SECONDS) / 1e9);
    }
    report.line(
        "%d handshakes of a byte each 250 ms ended after %.1f s (worst %.1f), limit %d s",
        SLOW, seconds.quantile(MEDIAN), seconds.quantile(WORST), HANDSHAKE_LIMIT_SECONDS);
    if (seconds.quantile(WORST) > 2.0 * HANDSHAKE_LIMIT_SECONDS) {
      throw new IOException("a slow handshake was not ended by its limit");
    }
  }

  private static void requireOpen(List<Channel> idle, NettyHost server) throws IOException {
    long closed = idle.stream().filter(channel -> !channel.isActive()).count();
    if (closed > 0) {
      throw new IOException(
          closed + " idle connections were closed, " + server.use().connections() + " are left");
    }
  }

  /** Milliseconds of a round trip on one stream, as text. */
  private static String pings(NettyHost server, NettyHost other)
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

  /** Counts what comes back. */
  private static final class Pinger extends SimpleChannelInboundHandler<ByteBuf> {
    private volatile CompletableFuture<Boolean> answer = new CompletableFuture<>();
    private int bytes;

    CompletableFuture<Boolean> expect() {
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
}
