package io.granary.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What an idle libp2p connection costs its server: 10,000 of them from another process over
 * loopback, or as many as the limit of open files allows. While they stand, another peer's pings
 * must be answered,
 *
 * <ul>
 *   <li>beside handshakes that come a byte at a time, which {@code handshake.limit} must end,
 *   <li>and beside peers that ask for more than they read: what waits for them must stay below
 *       {@code limits.send-bytes-max} and be given back once their silence has ended them.
 * </ul>
 *
 * <p>None of the idle connections may be lost by it.
 */
final class Libp2pIdleBenchmark implements Benchmark {
  private static final int CONNECTIONS_MAX = 10_000;

  /** For all that the process has open beside the connections. */
  private static final int FILES_KEPT = 512;

  private static final int WARM_UP = 32;
  private static final int SLOW = 64;
  private static final int DEAF = 32;
  private static final int DEAF_STREAMS = 32;
  private static final long SEND_BYTES_MAX = 256 << 20;
  private static final long HANDSHAKE_LIMIT_SECONDS = 10;
  private static final long WAIT_SECONDS = 60;
  private static final long LOOK_MILLIS = 200;
  private static final double MEDIAN = 0.5;
  private static final double WORST = 1.0;
  private static final double KIB = 1024;
  private static final double MIB = 1024 * KIB;
  private static final String SETTINGS =
      "granary.network-bridge.libp2p { threads = 2, idle-limit = 1h, handshake.limit = "
          + HANDSHAKE_LIMIT_SECONDS
          + "s, upgrade-limit = 30s, negotiation.connection-limit = 30s"
          + ", limits.connections { in = 20000, out = 16, total = 20000 }"
          + ", limits.upgrading { in = 256, out = 16, total = 256 }"
          + ", limits.streams { in = 20000, out = 20000, total = 20000 }"
          + ", limits.negotiating { in = 20000, out = 20000, total = 20000 }"
          + ", limits.send-bytes-max = "
          + SEND_BYTES_MAX
          + " }";

  @Override
  public String name() {
    return "libp2p-idle";
  }

  @Override
  public String summary() {
    return "KiB that an idle libp2p connection costs its server, of up to 10,000; others served";
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
        IdlePeers idle = IdlePeers.of(address(server), server.peerId());
        RawPeers peers = new RawPeers(address(server), server.peerId())) {
      server.serve(Flood.PROTOCOL, stream -> stream.pushHandler(new Flood()));
      double each = idle(server, other, idle, report);
      slow(server, other, peers, report);
      deaf(server, other, peers, report);
      idle.open(0); // None was lost.
      return each;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a peer was not served: " + e, e);
    }
  }

  private static double idle(NettyHost server, NettyHost other, IdlePeers idle, Report report)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    int wanted = (int) Math.min(CONNECTIONS_MAX, filesLeft() - FILES_KEPT) - WARM_UP;
    if (wanted < 1) {
      throw new IOException("the limit of open files leaves none for connections (ulimit -n)");
    }
    // Classes are loaded and pools are filled before the memory is looked at.
    idle.open(1);
    idle.open(WARM_UP - 1);
    report.line("pings of another peer, %d idle:          %s", WARM_UP, Pinger.ping(server, other));
    long before = usedBytes();
    long start = System.nanoTime();
    idle.open(wanted);
    report.line(
        "%d idle connections were up after %.1f s",
        WARM_UP + wanted, (System.nanoTime() - start) / 1e9);
    double each = (usedBytes() - before) / (double) wanted / KIB;
    report.line("pings of another peer, all idle:         %s", Pinger.ping(server, other));
    report.line("memory of a connection at the server: %.1f KiB", each);
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
    report.line("pings of another peer, %d slow handshakes: %s", SLOW, Pinger.ping(server, other));
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

  private static void deaf(NettyHost server, NettyHost other, RawPeers peers, Report report)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    long before = usedBytes();
    int connections = server.use().connections();
    List<CompletableFuture<Channel>> deaf = new ArrayList<>();
    for (int i = 0; i < DEAF; i++) {
      deaf.add(peers.deaf(Flood.PROTOCOL, DEAF_STREAMS));
    }
    for (CompletableFuture<Channel> one : deaf) {
      Channel unused = one.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }
    long start = System.nanoTime();
    report.line("pings of another peer, %d that never read: %s", DEAF, Pinger.ping(server, other));
    long waiting = server.use().sendBytes();
    report.line(
        "%d peers with %d streams each, deaf: %.0f MiB wait for them, bound %.0f; memory %.0f MiB",
        DEAF, DEAF_STREAMS, waiting / MIB, SEND_BYTES_MAX / MIB, (usedBytes() - before) / MIB);
    if (waiting == 0 || waiting > SEND_BYTES_MAX) {
      throw new IOException(waiting + " bytes wait for peers that do not read");
    }
    while (server.use().connections() > connections || server.use().sendBytes() > 0) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(2 * WAIT_SECONDS)) {
        throw new IOException("peers that never read are not ended: " + server.use());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    report.line(
        "they were ended %.0f s later; memory %.0f MiB more than before them",
        (System.nanoTime() - start) / 1e9, (usedBytes() - before) / MIB);
  }
}
