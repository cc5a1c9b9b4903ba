package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up on threads of its own: the JDK's look-up blocks for seconds. Addresses need none
 * and never wait for one. Thread-safe.
 */
final class Names implements AutoCloseable {
  /** Look-ups at once. */
  static final int THREADS = 2;

  /** Look-ups that wait for a thread. */
  static final int WAITING_MAX = 64;

  /** What knows the addresses of names, such as the JDK. It may block. */
  interface Service {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final Service service;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_MAX),
          new DefaultThreadFactory("libp2p-names", true));

  Names(Service service) {
    this.service = service;
  }

  /**
   * The first address of {@code target} in the family that it asks for.
   *
   * @param executor where the outcome is told
   * @param limit after which it is given up; the look-up itself cannot be ended
   * @return fails with a {@link P2pException}: no such name, no answer in time, too many that wait
   */
  Future<InetSocketAddress> resolve(
      Multiaddr.TcpTarget target, EventExecutor executor, Duration limit) {
    Promise<InetSocketAddress> found = executor.newPromise();
    if (Addresses.isLiteral(target)) {
      return found.setSuccess(
          new InetSocketAddress(Addresses.literal(target.host()), target.port()));
    }
    Runnable lookUp = () -> lookUp(target, found);
    try {
      threads.execute(lookUp);
    } catch (RejectedExecutionException e) {
      return found.setFailure(
          new P2pException(
              target.host()
                  + " is not looked up: "
                  + (threads.isShutdown()
                      ? "the host is closed"
                      : WAITING_MAX + " look-ups wait already"),
              e));
    }
    bound(target, found, lookUp, limit, executor);
    return found;
  }

  /**
   * What was given up leaves the queue, so that a name service that is silent fills it no longer.
   */
  private void bound(
      Multiaddr.TcpTarget target,
      Promise<InetSocketAddress> found,
      Runnable lookUp,
      Duration limit,
      EventExecutor executor) {
    ScheduledFuture<?> end =
        executor.schedule(
            () -> {
              boolean waited = threads.remove(lookUp);
              found.tryFailure(
                  new P2pException(
                      target.host()
                          + (waited ? " could not be" : " was not")
                          + " looked up within "
                          + limit));
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    found.addListener(unused -> end.cancel(false));
  }

  private void lookUp(Multiaddr.TcpTarget target, Promise<InetSocketAddress> found) {
    try {
      found.trySuccess(new InetSocketAddress(first(target), target.port()));
    } catch (UnknownHostException | RuntimeException e) {
      found.tryFailure(
          new P2pException(target.host() + " cannot be looked up: " + e.getMessage(), e));
    }
  }

  private InetAddress first(Multiaddr.TcpTarget target) throws UnknownHostException {
    return Arrays.stream(service.addresses(target.host()))
        .filter(
            address ->
                switch (target.kind()) {
                  case DNS4 -> address instanceof Inet4Address;
                  case DNS6 -> !(address instanceof Inet4Address);
                  default -> true;
                })
        .findFirst()
        .orElseThrow(() -> new UnknownHostException("no address for " + target.kind()));
  }

  @Override
  public void close() {
    int unused = threads.shutdownNow().size();
  }
}
