package io.granary.bench;

import io.granary.bridge.libp2p.peer.PeerId;
import io.netty.channel.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of {@link IdlePeers}: each line on standard input is a number of connections to open
 * and keep; each is answered by how many are up in all. It ends with its input.
 */
public final class IdleMain {
  private static final int AT_ONCE = 32;
  private static final long WAIT_SECONDS = 60;

  private IdleMain() {}

  /** Arguments: the port on loopback and the peer id of who is there. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    InetSocketAddress server =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    Report report = Report.onStandardOutput();
    try (RawPeers peers = new RawPeers(server, PeerId.parse(arguments[1]));
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      List<Channel> open = new ArrayList<>();
      for (String more = orders.readLine(); more != null; more = orders.readLine()) {
        open(peers, open, open.size() + Integer.parseInt(more));
        report.line("%d", open.stream().filter(Channel::isActive).count());
      }
    }
  }

  private static void open(RawPeers peers, List<Channel> open, int count)
      throws InterruptedException, ExecutionException, TimeoutException {
    while (open.size() < count) {
      List<CompletableFuture<Channel>> next = new ArrayList<>();
      for (int i = 0; i < Math.min(AT_ONCE, count - open.size()); i++) {
        next.add(peers.idle());
      }
      for (CompletableFuture<Channel> one : next) {
        open.add(one.get(WAIT_SECONDS, TimeUnit.SECONDS));
      }
    }
  }
}
