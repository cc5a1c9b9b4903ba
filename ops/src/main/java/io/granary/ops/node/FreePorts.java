package io.granary.ops.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Ports for servers that another process will open. A port that the system picked itself may be
 * gone again before that process comes to listen: as the near end of any outgoing connection, from
 * the same range. These lie below the ranges that Linux (32768 and above) and macOS (49152 and
 * above) take for that, and none is given out twice by one process. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int COUNT = 12_000;
  private static final int TRIES_MAX = 1_000;

  private static final Set<Integer> GIVEN = new HashSet<>();
  private static final Random RANDOM = new Random();

  private FreePorts() {}

  /**
   * A port of {@code host}, an address, on which nothing listens now.
   *
   * @throws IOException when none is found
   */
  public static int next(String host) throws IOException {
    InetAddress address = InetAddress.getAllByName(host)[0];
    synchronized (GIVEN) {
      for (int i = 0; i < TRIES_MAX; i++) {
        int port = FIRST + RANDOM.nextInt(COUNT);
        if (!GIVEN.contains(port) && isFree(address, port)) {
          GIVEN.add(port);
          return port;
        }
      }
    }
    throw new IOException(
        "no free port on " + host + " from " + FIRST + " to " + (FIRST + COUNT - 1));
  }

  private static boolean isFree(InetAddress address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
