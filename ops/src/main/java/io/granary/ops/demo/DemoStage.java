package io.granary.ops.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.client.NodeClient;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.FreePorts;
import io.granary.ops.node.NodeConfiguration;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.protocol.ActorId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the demo plays on: a Cassandra of its own, a devnet in this process, and one node with every
 * role as a process of its own. All of it ends with this process, whatever happens to that.
 */
public final class DemoStage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoStage.class);
  private static final String NODE_HEAP = "512m";

  /** Whose deals the node serves: the first miner that a new local chain makes. */
  static final String DEAL_MINER = "f01001";

  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration POLL = Duration.ofMillis(500);

  /** Messages land in the next block, a second later. */
  private static final Duration POOL_LIMIT = Duration.ofMinutes(1);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Devnet devnet;
  private final NodeProcess node;
  private final Path config;
  private final int retrievalPort;
  private Runnable holdEpochs = () -> {};
  private boolean closed;

  private DemoStage(Path folder, Narrator narrator, boolean deals, List<URI> indexers)
      throws IOException {
    Config defaults = ConfigFactory.load();
    try {
      long began = System.nanoTime();
      narrator.progress("starting Cassandra", 0, "", Duration.ZERO);
      EmbeddedCassandra cassandra =
          EmbeddedCassandra.start(
              folder.resolve("cassandra"), EmbeddedCassandraSettings.from(defaults));
      running.push(cassandra);
      FormerProcesses.add(folder, cassandra.pid());
      narrator.done("Cassandra", since(began), "at " + text(cassandra.contactPoint()));

      began = System.nanoTime();
      devnet = startDevnet(folder, defaults);
      // A window that closes while the node starts would be a missed proof.
      devnet.pause();
      holdEpochs = devnet::pause;
      narrator.done("local chain", since(began), "at " + devnet.url());

      began = System.nanoTime();
      narrator.progress("starting the node", 0, "", Duration.ZERO);
      URI address = URI.create("http://127.0.0.1:" + FreePorts.next(LOOPBACK));
      retrievalPort = FreePorts.next(LOOPBACK);
      config = folder.resolve("node.conf");
      Files.writeString(
          config,
          NodeConfiguration.text(
                  folder.resolve("node"),
                  address.getPort(),
                  FreePorts.next(LOOPBACK),
                  text(cassandra.contactPoint()),
                  devnet.url(),
                  devnet.tokenFile())
              + (deals ? dealSettings(retrievalPort, indexers) : ""));
      node = NodeProcess.start(config, address, folder.resolve("node.log"), NODE_HEAP);
      running.push(node);
      FormerProcesses.add(folder, node.pid());
      node.awaitReady();
      narrator.done("node", since(began), "at " + address);
      devnet.resume();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything over what an earlier run left in {@code folder}.
   *
   * @param deals whether the node serves deals and gives their data back
   * @param indexers that are told of that data, by their announce URLs
   * @throws DemoException when a part does not start
   */
  static DemoStage start(Path folder, Narrator narrator, boolean deals, List<URI> indexers) {
    try {
      return new DemoStage(folder, narrator, deals, indexers);
    } catch (IOException e) {
      throw new DemoException("the demo's stage cannot be set in " + folder + ": " + e, e);
    }
  }

  /** A client on this machine is served, each deal at once. */
  private static String dealSettings(int retrievalPort, List<URI> indexers) {
    String told =
        indexers.stream()
            .map(url -> NodeConfiguration.quoted(url.toString()))
            .collect(Collectors.joining(", "));
    return """
    granary.deals { enabled = on, miner = %s, publish.deals-max = 1 }
    granary.sharding.miner.packing.wait = 0s
    granary.network-bridge {
      transfers { allow-private-addresses = on, disk-reserve = 64 MiB }
      retrieval { enabled = on, port = %d, index-every = 2s }
      retrieval.ipni {
        enabled = on, addresses = ["/ip4/127.0.0.1/tcp/%d/http"], indexers = [%s]
      }
      deals.retrieval-transports = [
        { name = "http", addresses = ["/ip4/127.0.0.1/tcp/%d/http"] }
      ]
    }
    """
        .formatted(DEAL_MINER, retrievalPort, retrievalPort, told, retrievalPort);
  }

  private Devnet startDevnet(Path folder, Config config) {
    Config own =
        ConfigFactory.parseString(
                "granary.prover.child.work-directory = "
                    + NodeConfiguration.quoted(folder.resolve("devnet-verifier").toString()))
            .withFallback(config);
    DevnetProcess process =
        DevnetProcess.start(DevnetSettings.from(config).at(folder.resolve("devnet"), 0), own);
    running.push(process);
    return process.devnet();
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  /** A client of the node. */
  public NodeClient client() {
    return node.client();
  }

  /** The node's own configuration file. */
  Path config() {
    return config;
  }

  /** Where pieces and blocks are given back, when deals are served. */
  URI retrievalUrl() {
    return URI.create("http://127.0.0.1:" + retrievalPort);
  }

  /** The chain node's JSON-RPC. */
  public URI chainUrl() {
    return devnet.url();
  }

  /** The file with a token for the chain node that allows everything. */
  Path tokenFile() {
    return devnet.tokenFile();
  }

  /**
   * The miner that is on chain besides that of genesis. While messages wait in the pool, one of
   * them may become it.
   *
   * @throws DemoException when the chain does not take them
   */
  Optional<ActorId> minerOnChain() {
    long end = System.nanoTime() + POOL_LIMIT.toNanos();
    while (devnet.messagesWaiting()) {
      if (System.nanoTime() > end) {
        throw new DemoException("the chain leaves messages of an earlier run in its pool");
      }
      pause(POLL);
    }
    return devnet.miners().stream().skip(1).findFirst();
  }

  /**
   * Blocks while everything runs.
   *
   * @throws DemoException when the node ends, or the thread is interrupted
   */
  void awaitEnd() {
    while (node.isAlive()) {
      pause(POLL);
    }
    throw new DemoException("the node ended by itself; its log is " + node.log());
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }

  /**
   * Ends everything, the node first. No epoch passes meanwhile. An interrupt that is pending does
   * not hurry it: what is killed has more to do at its next start.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = Thread.interrupted();
    holdEpochs.run();
    List<Exception> failures = new ArrayList<>();
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    failures.forEach(failure -> LOG.warn("a part of the demo did not end in order", failure));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
