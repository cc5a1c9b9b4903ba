package io.granary.ops.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.client.NodeClient;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.NodeConfiguration;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the demo plays on: a Cassandra of its own, a devnet in this process, and one node with every
 * role as a process of its own. All of it ends with this process, whatever happens to that.
 */
public final class DemoStage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoStage.class);
  private static final String NODE_HEAP = "512m";

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final URI chainUrl;
  private final NodeProcess node;
  private boolean closed;

  private DemoStage(Path folder, Narrator narrator) throws IOException {
    Config config = ConfigFactory.load();
    try {
      long began = System.nanoTime();
      EmbeddedCassandra cassandra =
          EmbeddedCassandra.start(
              folder.resolve("cassandra"), EmbeddedCassandraSettings.from(config));
      running.push(cassandra);
      narrator.done("Cassandra", since(began), "at " + text(cassandra.contactPoint()));

      began = System.nanoTime();
      Devnet devnet = startDevnet(folder, config);
      chainUrl = devnet.url();
      narrator.done("local chain", since(began), "at " + chainUrl);

      began = System.nanoTime();
      URI address = URI.create("http://127.0.0.1:" + freePort());
      Path file = folder.resolve("node.conf");
      Files.writeString(
          file,
          NodeConfiguration.text(
              folder.resolve("node"),
              address.getPort(),
              freePort(),
              text(cassandra.contactPoint()),
              chainUrl,
              devnet.tokenFile()));
      node = NodeProcess.start(file, address, folder.resolve("node.log"), NODE_HEAP);
      running.push(node);
      node.awaitReady();
      narrator.done("node", since(began), "at " + address);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything over what an earlier run left in {@code folder}.
   *
   * @throws DemoException when a part does not start
   */
  static DemoStage start(Path folder, Narrator narrator) {
    try {
      return new DemoStage(folder, narrator);
    } catch (IOException e) {
      throw new DemoException("the demo's stage cannot be set in " + folder + ": " + e, e);
    }
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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

  public URI chainUrl() {
    return chainUrl;
  }

  /** Ends everything, the node first. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Exception> failures = new ArrayList<>();
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    failures.forEach(failure -> LOG.warn("a part of the demo did not end in order", failure));
  }
}
