package io.granary.ops.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP links that can be cut as a network is: the bytes of a cut link stay where they are, its
 * connections stay open and silent, new ones are taken and lead nowhere, and after the healing
 * everything goes on. Who connects is told by its loopback address; so this needs neither root nor
 * a packet filter. Thread-safe; every connection has two threads.
 */
public final class LocalLinks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalLinks.class);
  private static final int BUFFER = 1 << 16;
  private static final int BACKLOG = 50;

  /** A bound only: a change of what is cut wakes up who waits. */
  private static final long LOOK_MILLIS = 1_000;

  private final List<ServerSocket> listening = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile BiPredicate<String, String> cut = (from, to) -> false;
  private volatile boolean closed;

  /** Guards waiting for a change of {@link #cut}: hundreds of connections may wait for minutes. */
  private final Object healing = new Object();

  /**
   * Links whoever connects to {@code front} with {@code back}.
   *
   * @param to what {@link #cut} calls the far end
   * @param front where to listen; port 0 for any free one
   * @return where it listens
   */
  public InetSocketAddress link(String to, InetSocketAddress front, InetSocketAddress back) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(front, BACKLOG);
      listening.add(socket);
      thread("link-" + to, () -> accept(socket, to, back));
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    } catch (IOException e) {
      throw new ClusterException("cannot listen on " + front, e);
    }
  }

  /**
   * From now on the links are cut for which {@code these} holds: from this address, to that end.
   */
  public void cut(BiPredicate<String, String> these) {
    synchronized (healing) {
      cut = these;
      healing.notifyAll();
    }
  }

  /** Heals every link. */
  public void heal() {
    cut((from, to) -> false);
  }

  private void accept(ServerSocket socket, String to, InetSocketAddress back) {
    while (!closed) {
      try {
        Socket near = socket.accept();
        open.add(near);
        String from = near.getInetAddress().getHostAddress();
        thread("link-" + from + "-" + to, () -> carry(near, from, to, back));
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("link to {} takes no more connections", to, e);
        }
        return;
      }
    }
  }

  private void carry(Socket near, String from, String to, InetSocketAddress back) {
    awaitHealed(from, to);
    try (near;
        Socket far = new Socket()) {
      open.add(far);
      far.connect(back);
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
      Thread other = thread("link-" + to + "-" + from, () -> copy(far, near, from, to));
      copy(near, far, from, to);
      other.join();
    } catch (IOException e) {
      LOG.debug("link {} to {} ended: {}", from, to, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(near);
    }
  }

  /** Until one side ends; then both do. */
  private void copy(Socket source, Socket target, String from, String to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = source.getInputStream();
      OutputStream out = target.getOutputStream();
      int read = in.read(buffer);
      while (read >= 0) {
        awaitHealed(from, to);
        out.write(buffer, 0, read);
        read = in.read(buffer);
      }
    } catch (IOException e) {
      LOG.debug("link {} to {} ended: {}", from, to, e.toString());
    } finally {
      awaitHealed(from, to); // The end of a cut-off process is not heard of either.
      shut(source);
      shut(target);
    }
  }

  private void awaitHealed(String from, String to) {
    try {
      synchronized (healing) {
        while (!closed && cut.test(from, to)) {
          healing.wait(LOOK_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shut(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a link's socket did not close: {}", e.toString());
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** {@code host} must be an address, not a name. */
  static InetSocketAddress address(String host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
    } catch (IOException e) {
      throw new ClusterException("no such address: " + host, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (ServerSocket socket : listening) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("a link did not close: {}", e.toString());
      }
    }
    new ArrayList<>(open).forEach(this::shut);
  }
}
