package io.granary.ops.scenario;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.client.NodeClient;
import io.granary.ops.demo.DemoException;
import io.granary.ops.demo.NodeProcess;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.FreePorts;
import io.granary.ops.node.NodeConfiguration;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cassandra and devnet in the test's care, and a node that can be killed and started again. */
final class Stage implements AutoCloseable {
  private static final int DEATHS_MAX = 20;

  private final Path folder;
  private final EmbeddedCassandra cassandra;
  private final DevnetProcess devnet;
  private final Path config;
  private final URI address;
  private final String moreConfig;
  private final int clusterPort;
  private final int higherPort;
  private final Path haltFile;
  private NodeProcess node;

  Stage(Path folder, String moreConfig) throws IOException {
    this.folder = folder;
    Config defaults = ConfigFactory.load();
    this.cassandra =
        EmbeddedCassandra.start(
            folder.resolve("cassandra"),
            EmbeddedCassandraSettings.from(
                ConfigFactory.parseString(
                        "granary.persistence.embedded-cassandra.durability = none")
                    .withFallback(defaults)));
    Config own =
        ConfigFactory.parseString(
                "granary.prover.child.work-directory = "
                    + NodeConfiguration.quoted(folder.resolve("verifier").toString()))
            .withFallback(defaults);
    this.devnet =
        DevnetProcess.start(DevnetSettings.from(defaults).at(folder.resolve("devnet"), 0), own);
    this.address = URI.create("http://127.0.0.1:" + FreePorts.next("127.0.0.1"));
    this.moreConfig = moreConfig;
    int[] ports = {FreePorts.next("127.0.0.1"), FreePorts.next("127.0.0.1")};
    this.clusterPort = Math.min(ports[0], ports[1]);
    this.higherPort = Math.max(ports[0], ports[1]);
    this.haltFile = Files.createFile(folder.resolve("halt"));
    this.config = folder.resolve("node.conf");
    Files.writeString(config, text(folder.resolve("node"), address.getPort(), clusterPort));
    this.node = launch();
  }

  private String text(Path home, int managementPort, int port) {
    return NodeConfiguration.text(
            home,
            managementPort,
            port,
            "127.0.0.1:" + cassandra.contactPoint().getPort(),
            devnet.devnet().url(),
            devnet.devnet().tokenFile())
        + String.join(
            "\n",
            "granary.persistence.codecs = [",
            "  io.granary.persistence.codec.SenderEventCodec",
            "  io.granary.persistence.codec.DeadlineEventCodec",
            "  io.granary.persistence.codec.MinerEventCodec",
            "  io.granary.persistence.codec.SenderStateCodec",
            "  io.granary.persistence.codec.DeadlineStateCodec",
            "  io.granary.persistence.codec.MinerStateCodec",
            "  " + HaltingSectorCodec.class.getName(),
            "]",
            moreConfig,
            "");
  }

  /**
   * Starts a node more in the cluster of this one, with entities and no storage path; not waited
   * for. Of the two the first one survives when they part: it has the lower address.
   *
   * @param more of its configuration, HOCON
   */
  NodeProcess join(String name, String more) throws IOException {
    URI itsAddress = URI.create("http://127.0.0.1:" + FreePorts.next("127.0.0.1"));
    Path itsConfig = folder.resolve(name + ".conf");
    Files.writeString(
        itsConfig,
        text(folder.resolve(name), itsAddress.getPort(), higherPort)
            + String.join(
                "\n",
                "granary.node.name = " + name,
                "granary.node.roles = [sector, ops]",
                "granary.node.cluster.seed-nodes = [\"127.0.0.1:" + clusterPort + "\"]",
                "granary.prover.storage.paths = []",
                more,
                ""));
    return NodeProcess.start(
        itsConfig,
        itsAddress,
        folder.resolve(name + ".log"),
        "256m",
        Map.of(HaltingSectorCodec.FILE, haltFile.toString()));
  }

  /** Adds to the node's configuration, which it reads when it starts again. */
  void configure(String more) throws IOException {
    Files.writeString(config, more + "\n", StandardOpenOption.APPEND);
  }

  /** Starts the node; one that dies at its next halt before it is ready is started again. */
  private NodeProcess launch() {
    for (int deaths = 0; ; deaths++) {
      NodeProcess started =
          NodeProcess.start(
              config,
              address,
              folder.resolve("node.log"),
              "512m",
              Map.of(HaltingSectorCodec.FILE, haltFile.toString()));
      try {
        started.awaitReady();
        return started;
      } catch (DemoException e) {
        if (started.isAlive() || deaths == DEATHS_MAX) {
          throw e;
        }
      }
    }
  }

  /** The node dies when it is about to write these events, one after the other. */
  void haltBefore(List<String> events) throws IOException {
    Files.write(haltFile, events);
  }

  /** What it has not died at yet. */
  List<String> haltsLeft() throws IOException {
    return Files.readAllLines(haltFile);
  }

  NodeProcess node() {
    return node;
  }

  NodeClient client() {
    return node.client();
  }

  void restart() {
    node.kill();
    node = launch();
  }

  Path file(String relative) {
    return folder.resolve("node").resolve(relative);
  }

  /** How often each method of {@code to} was executed on chain, by method number. */
  Map<Long, Integer> messagesTo(String to) throws IOException, InterruptedException {
    return ChainMessages.to(devnet.devnet().url(), to);
  }

  /** Children of the node whose command line has {@code text}. */
  List<ProcessHandle> childrenWith(String text) {
    List<ProcessHandle> found = new ArrayList<>();
    ProcessHandle.of(node.pid())
        .ifPresent(
            parent ->
                parent
                    .descendants()
                    .filter(child -> child.info().commandLine().orElse("").contains(text))
                    .forEach(found::add));
    return found;
  }

  @Override
  public void close() {
    node.close();
    devnet.close();
    cassandra.close();
  }
}
