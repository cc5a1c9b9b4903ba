package io.granary.ops.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.devnet.PreSealedFile;
import io.granary.ops.client.NodeClient;
import io.granary.ops.demo.NodeProcess;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.FreePorts;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.node.PreSealing;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.Children;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain whose genesis miner has really sealed 2 KiB sectors in the deadlines asked for, and one
 * node with their files that proves them. The chain makes no block before {@code
 * devnet().resume()}, so that no window passes while the node starts.
 */
final class ProvingStage implements AutoCloseable {
  /**
   * System property, a folder that keeps sealed sectors for the next run: sealing 192 takes
   * minutes. Not set: they are sealed each time.
   */
  private static final String KEPT = "granary.test.sealed-sectors";

  private static final Logger LOG = LoggerFactory.getLogger(ProvingStage.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PROGRESS = 32;

  private final Path folder;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Devnet devnet;
  private final NodeProcess node;

  /**
   * What to set up.
   *
   * @param sectors of t01000, numbered from 0
   * @param perDeadline how many go into each deadline, from 0 on
   * @param devnetConfig more of the devnet's configuration, HOCON
   * @param nodeConfig more of the node's
   * @param apart sectors that lie on a second storage path, {@link #apart}
   * @param environment more of the node's environment
   */
  record Plan(
      int sectors,
      int perDeadline,
      String devnetConfig,
      String nodeConfig,
      Set<Long> apart,
      Map<String, String> environment) {}

  ProvingStage(Path folder, Plan plan) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("node"));
    try {
      Config defaults = ConfigFactory.load();
      Path sealed = seal(plan, defaults);
      EmbeddedCassandra cassandra =
          EmbeddedCassandra.start(
              folder.resolve("cassandra"),
              EmbeddedCassandraSettings.from(
                  ConfigFactory.parseString(
                          "granary.persistence.embedded-cassandra.durability = none")
                      .withFallback(defaults)));
      running.push(cassandra);
      Config own =
          ConfigFactory.parseString(plan.devnetConfig())
              .withFallback(workIn("verifier", defaults))
              .resolve();
      DevnetProcess process =
          DevnetProcess.start(
              DevnetSettings.from(own)
                  .at(folder.resolve("devnet"), 0)
                  .withPreSealed(SectorSize.SIZE_2KIB, PreSealedFile.read(sealed)),
              own);
      running.push(process);
      devnet = process.devnet();
      devnet.pause();
      devnet.step(0);
      node = startNode(cassandra, plan);
      running.push(node);
      node.awaitReady();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private NodeProcess startNode(EmbeddedCassandra cassandra, Plan plan) throws IOException {
    String paths = "";
    if (!plan.apart().isEmpty()) {
      StoragePath.create(apart(folder), 1, false, true, 0);
      for (String kind : List.of("sealed", "cache")) {
        Files.createDirectories(apart(folder).resolve(kind));
        for (long number : plan.apart()) {
          Path from = file(kind, number);
          Files.move(from, apart(folder).resolve(kind).resolve(from.getFileName()));
        }
      }
      paths =
          "granary.prover.storage.paths += "
              + NodeConfiguration.quoted(apart(folder).toString())
              + "\n";
    }
    URI address = URI.create("http://127.0.0.1:" + FreePorts.next("127.0.0.1"));
    Path config = folder.resolve("node.conf");
    Files.writeString(
        config,
        NodeConfiguration.text(
                folder.resolve("node"),
                address.getPort(),
                FreePorts.next("127.0.0.1"),
                "127.0.0.1:" + cassandra.contactPoint().getPort(),
                devnet.url(),
                devnet.tokenFile())
            + "granary.node.miners = ["
            + PreSealing.MINER
            + "]\n"
            + paths
            + plan.nodeConfig()
            + "\n");
    return NodeProcess.start(
        config, address, folder.resolve("node.log"), "512m", plan.environment());
  }

  /** The second storage path of a stage in {@code folder}, where it has one. */
  static Path apart(Path folder) {
    return folder.resolve("node").resolve("apart");
  }

  /** Leaves the sectors on the node's storage path; gives their commitments. */
  private Path seal(Plan plan, Config defaults) throws IOException {
    String kept = System.getProperty(KEPT);
    Path made =
        kept == null ? folder.resolve("sealed") : Path.of(kept, plan.sectors() + "-sectors");
    Path file = made.resolve("pre-sealed.json");
    if (!Files.exists(file)) {
      Files.createDirectories(made);
      long began = System.nanoTime();
      try (Children children =
          new Children(ProverWorkersSettings.from(workIn("sealing", defaults)).child())) {
        PreSealing.seal(
            children,
            made.resolve("storage"),
            file,
            new PreSealing.Order(SectorSize.SIZE_2KIB, plan.sectors(), plan.perDeadline()),
            done -> tell(done, began));
      }
    }
    copyTree(made.resolve("storage"), folder.resolve("node").resolve("storage"));
    return file;
  }

  private static void tell(int done, long began) {
    if (done % PROGRESS == 0) {
      LOG.info("{} sectors sealed after {} s", done, (System.nanoTime() - began) / 1_000_000_000);
    }
  }

  private Config workIn(String name, Config defaults) {
    return ConfigFactory.parseString(
            "granary.prover.child.work-directory = "
                + NodeConfiguration.quoted(folder.resolve(name).toString()))
        .withFallback(defaults)
        .resolve();
  }

  /** Copies a file, or a folder with all it holds, to a place where there is nothing. */
  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path each : tree.toList()) {
        Path copy = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(each, copy);
        }
      }
    }
  }

  Devnet devnet() {
    return devnet;
  }

  long head() {
    return devnet.head().height().value();
  }

  NodeClient client() {
    return node.client();
  }

  /** Where the node's output goes. */
  Path log() {
    return node.log();
  }

  /** The replica of a sector. */
  Path sealed(long number) {
    return file("sealed", number);
  }

  /** The cache folder of a sector. */
  Path cache(long number) {
    return file("cache", number);
  }

  private Path file(String kind, long number) {
    SectorId id = new SectorId(PreSealing.MINER, new SectorNumber(number));
    return folder.resolve("node/storage").resolve(kind).resolve(id.fileName());
  }

  /** Asks the chain node, with the right to do anything. */
  JsonNode rpc(String method, String params) throws IOException, InterruptedException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    JsonNode answer =
        JSON.readTree(
            http.send(
                    HttpRequest.newBuilder(devnet.url())
                        .header("Content-Type", "application/json")
                        .header(
                            "Authorization",
                            "Bearer " + Files.readString(devnet.tokenFile()).trim())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    BodyHandlers.ofString())
                .body());
    if (answer.has("error")) {
      throw new IOException(method + ": " + answer.get("error"));
    }
    return answer.path("result");
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the stage did not end in order", e);
      }
    }
  }
}
