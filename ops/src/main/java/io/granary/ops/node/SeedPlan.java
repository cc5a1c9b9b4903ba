package io.granary.ops.node;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Which nodes to ask to be let in, and whether this one may form a cluster when none lets it in.
 *
 * <p>Akka lets the node that stands first among its own seed nodes form a cluster as soon as the
 * others are silent for a few seconds. On a starved machine, or in a split network, that made a
 * restarted node the only member of a second cluster. Here it may only form one when it can account
 * for a majority of the seed nodes: itself, those whose machine says that nothing listens there,
 * and those that listen (they say soon whether they are members, and are waited for longer). Else
 * it goes last in its own list, and never forms a cluster.
 *
 * @param seeds {@code host:port}; the first forms a cluster if it is this node
 * @param patience how long the first waits for the others before it forms a cluster
 */
record SeedPlan(List<String> seeds, Duration patience) {
  /** What a look at a seed node's address gives. */
  enum Seen {
    /** Something listens: a member, or a node that starts as this one does. */
    LISTENS,
    /** The machine answers that nothing listens. */
    REFUSES,
    /** No answer: down, cut off, or another machine's trouble. */
    SILENT
  }

  /** Where every other seed node is known to be down nobody has to be waited for. */
  private static final Duration ALL_DOWN = Duration.ofSeconds(1);

  /** A starved member takes this long to answer, at most, and stays below the join's own limit. */
  private static final Duration STARVED = Duration.ofSeconds(30);

  private static final Duration LOOK_LIMIT = Duration.ofSeconds(2);

  SeedPlan {
    seeds = List.copyOf(seeds);
  }

  /**
   * The plan of the node {@code self}.
   *
   * @param configured all seed nodes, in the order that all nodes share
   * @param look tells of another seed node
   */
  static SeedPlan of(String self, List<String> configured, Function<String, Seen> look) {
    if (configured.isEmpty()) {
      return new SeedPlan(List.of(self), ALL_DOWN);
    }
    if (!configured.get(0).equals(self)) {
      return new SeedPlan(configured, STARVED);
    }
    List<String> others = configured.stream().filter(seed -> !seed.equals(self)).toList();
    List<Seen> seen =
        others.stream()
            .map(seed -> CompletableFuture.supplyAsync(() -> look.apply(seed)))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    long accounted = 1 + seen.stream().filter(each -> each != Seen.SILENT).count();
    if (2 * accounted <= others.size() + 1) {
      List<String> meLast = new ArrayList<>(others);
      meLast.add(self);
      return new SeedPlan(meLast, STARVED);
    }
    return new SeedPlan(configured, seen.contains(Seen.LISTENS) ? STARVED : ALL_DOWN);
  }

  /** Whether this plan lets {@code self} form a cluster. */
  boolean mayForm(String self) {
    return seeds.get(0).equals(self);
  }

  /** Looks at {@code hostAndPort} by opening a connection. */
  static Seen connect(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      InetAddress host = InetAddress.getAllByName(hostAndPort.substring(0, colon))[0];
      int port = Integer.parseInt(hostAndPort.substring(colon + 1));
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(LOOK_LIMIT.toMillis()));
      return Seen.LISTENS;
    } catch (ConnectException e) {
      return Seen.REFUSES;
    } catch (IOException e) {
      return Seen.SILENT;
    }
  }
}
