package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Looks names up on threads of its own: the JDK's look-up blocks for seconds. */
final class Names implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 64;
  private static final long CLOSE_LIMIT_MILLIS = 100;

  private final EventExecutorGroup threads =
      new DefaultEventExecutorGroup(
          THREADS,
          new DefaultThreadFactory("libp2p-names", true),
          WAITING_MAX,
          RejectedExecutionHandlers.reject());

  /**
   * The first address of {@code target} in the family that it asks for.
   *
   * @throws java.util.concurrent.RejectedExecutionException when too many look-ups wait
   */
  Future<InetSocketAddress> resolve(Multiaddr.TcpTarget target) {
    return threads.submit(() -> new InetSocketAddress(lookUp(target), target.port()));
  }

  private static InetAddress lookUp(Multiaddr.TcpTarget target) throws UnknownHostException {
    return Arrays.stream(InetAddress.getAllByName(target.host()))
        .filter(
            address ->
                switch (target.kind()) {
                  case DNS4 -> address instanceof Inet4Address;
                  case DNS6 -> !(address instanceof Inet4Address);
                  default -> true;
                })
        .findFirst()
        .orElseThrow(
            () -> new UnknownHostException(target.host() + " has no address for " + target.kind()));
  }

  @Override
  public void close() {
    Future<?> unused = threads.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
