package io.granary.ops.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.FreePorts;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.node.PreSealing;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.EmbeddedCassandraSettings;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cassandra, a devnet whose miner t01000 has sealed sectors, and nodes of which some hold the
 * entities and others the sectors' files. No block is made before {@link #devnet} is resumed.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
  private static final String HOST = "127.0.0.1";

  /** Heaps of what runs the entities, and of what only runs children. */
  private static final String SECTOR_HEAP = "256m";

  private static final String PROVER_HEAP = "160m";
  private static final Duration FORM_LIMIT = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);

  private final LocalClusterPlan plan;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final LocalLinks links = new LocalLinks();
  private final List<LocalNode> nodes = new ArrayList<>();
  private final Map<String, Runnable> beforeFirstStart = new HashMap<>();
  private final Devnet devnet;
  private final ChainReader record;
  private final EmbeddedCassandra cassandra;

  /**
   * What cuts of {@link #links} call the chain and the store; nodes are called by their names and
   * come from the addresses that {@link #addressOf} gives.
   */
  public static final String CHAIN = "chain";

  public static final String STORE = "store";

  /** One node's place. */
  private record Place(String name, String host, int clusterPort, int managementPort) {
    String member() {
      return host + ":" + clusterPort;
    }
  }

  private LocalCluster(LocalClusterPlan plan) throws IOException {
    this.plan = plan;
    running.push(links);
    try {
      Files.createDirectories(plan.folder());
      Config defaults = ConfigFactory.load();
      cassandra = startCassandra(defaults);
      PreSealed sealed = seal(defaults);
      devnet = startDevnet(defaults, sealed);
      record = new ChainReader(devnet.url());
      prepareNodes(sealed);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything but the nodes, which {@link #startNodes} does.
   *
   * @throws ClusterException when a part does not start
   */
  public static LocalCluster prepare(LocalClusterPlan plan) {
    try {
      return new LocalCluster(plan);
    } catch (IOException e) {
      throw new ClusterException("the local cluster cannot be set up in " + plan.folder(), e);
    }
  }

  private EmbeddedCassandra startCassandra(Config defaults) {
    EmbeddedCassandra started =
        EmbeddedCassandra.start(
            plan.folder().resolve("cassandra"),
            EmbeddedCassandraSettings.from(
                ConfigFactory.parseString(
                        "granary.persistence.embedded-cassandra.durability = none")
                    .withFallback(defaults)));
    running.push(started);
    return started;
  }

  private PreSealed seal(Config defaults) throws IOException {
    try (Children children =
        new Children(ProverWorkersSettings.from(workIn("sealing", defaults)).child())) {
      return PreSealed.seal(children, plan.folder(), plan.sectors());
    }
  }

  private Config workIn(String folder, Config defaults) {
    return ConfigFactory.parseString(
            "granary.prover.child.work-directory = "
                + NodeConfiguration.quoted(plan.folder().resolve(folder).toString()))
        .withFallback(defaults);
  }

  private Devnet startDevnet(Config defaults, PreSealed sealed) {
    Config own =
        ConfigFactory.parseString(plan.devnetConfig())
            .withFallback(
                ConfigFactory.parseString(
                    "granary.devnet.genesis.pre-sealed-file = "
                        + NodeConfiguration.quoted(sealed.file().toString())))
            .withFallback(workIn("verifier", defaults))
            .resolve();
    DevnetProcess process =
        DevnetProcess.start(DevnetSettings.from(own).at(plan.folder().resolve("devnet"), 0), own);
    running.push(process);
    // A window that closes while the nodes start would be a missed proof.
    process.devnet().pause();
    return process.devnet();
  }

  private void prepareNodes(PreSealed sealed) throws IOException {
    InetSocketAddress any = LocalLinks.address(HOST, 0);
    InetSocketAddress chain =
        links.link(CHAIN, any, LocalLinks.address(HOST, devnet.url().getPort()));
    InetSocketAddress store = links.link(STORE, any, cassandra.contactPoint());
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < plan.sectorNodes(); i++) {
      places.add(place("sector-" + (i + 1), places.size()));
    }
    for (int i = 0; i < plan.proverNodes(); i++) {
      places.add(place("prover-" + (i + 1), places.size()));
    }
    List<String> seeds = places.stream().limit(plan.sectorNodes()).map(Place::member).toList();
    List<String> peers =
        places.stream()
            .map(place -> "http://" + place.host() + ":" + place.managementPort())
            .toList();
    for (Place place : places) {
      boolean sector = place.name().startsWith("sector");
      StringBuilder text = new StringBuilder(common(place, sector, seeds, peers));
      if (sector) {
        text.append(outside(chain.getPort(), store.getPort()))
            // Vanilla proofs die with their prover here: made anew rather than waited for.
            .append("granary.prover.pool.holder-grace = 1s\n");
      } else {
        Path storage = plan.folder().resolve(place.name()).resolve("storage");
        Files.createDirectories(storage.getParent());
        sealed.copyTo(storage);
        text.append("granary.prover.storage.paths = [")
            .append(NodeConfiguration.quoted(storage.toString()))
            .append("]\n")
            // So that a proof takes long enough to be struck.
            .append("granary.prover.child.threads = 1\n");
      }
      add(place, sector, text.append(plan.nodeConfig()).append('\n').toString());
    }
  }

  private Place place(String name, int index) throws IOException {
    String host = plan.cuttable() ? "127.0.1." + (index + 1) : HOST;
    return new Place(name, host, FreePorts.next(host), FreePorts.next(host));
  }

  private String common(Place place, boolean sector, List<String> seeds, List<String> peers)
      throws IOException {
    String data = plan.folder().resolve(place.name()).toString();
    StringBuilder text =
        new StringBuilder()
            .append("granary.node {\n  name = " + place.name())
            .append("\n  data-directory = " + NodeConfiguration.quoted(data))
            .append("\n  network = devnet\n  roles = ")
            .append(sector ? "[sector, ops]" : "[storage, prover]")
            .append("\n  management { host = \"" + place.host())
            .append("\", port = " + place.managementPort())
            .append(" }\n  cluster { host = \"" + place.host())
            .append("\", port = " + place.clusterPort())
            .append(", seed-nodes = [" + quotedList(seeds) + "] }\n")
            .append("  supervisor.peers = [" + quotedList(peers) + "]\n")
            .append(sector ? "  miners = [" + PreSealing.MINER + "]\n}\n" : "}\n")
            .append("granary.prover.child.work-directory = ")
            .append(NodeConfiguration.quoted(plan.folder().resolve(place.name()) + "/prover"))
            .append('\n');
    if (plan.cuttable()) {
      int bound = FreePorts.next(HOST);
      // Not before: what listens counts as a seed node that starts.
      beforeFirstStart.put(
          place.name(),
          () ->
              links.link(
                  place.name(),
                  LocalLinks.address(place.host(), place.clusterPort()),
                  LocalLinks.address(HOST, bound)));
      text.append("akka.remote.artery {\n  bind { hostname = \"127.0.0.1\", port = " + bound)
          .append(" }\n  advanced.tcp.outbound-client-hostname = \"" + place.host() + "\"\n}\n");
    }
    return text.toString();
  }

  private String outside(int chainPort, int storePort) {
    return "granary.persistence { contact-points = [\"127.0.0.1:"
        + storePort
        + "\"], create-schema = on }\n"
        + "granary.network-bridge.chain {\n"
        + "  nodes = [{ url = \"http://127.0.0.1:"
        + chainPort
        + devnet.url().getPath()
        + "\", token-file = "
        + NodeConfiguration.quoted(devnet.tokenFile().toString())
        + " }]\n  address-prefix = t\n}\n";
  }

  private static String quotedList(List<String> values) {
    return String.join(", ", values.stream().map(NodeConfiguration::quoted).toList());
  }

  private void add(Place place, boolean sector, String text) throws IOException {
    Path config = plan.folder().resolve(place.name() + ".conf");
    Files.writeString(config, text);
    nodes.add(
        new LocalNode(
            place.name(),
            "akka://granary@" + place.member(),
            URI.create("http://" + place.host() + ":" + place.managementPort()),
            config,
            plan.folder().resolve(place.name() + ".log"),
            List.of(
                "-Xmx" + (sector ? SECTOR_HEAP : PROVER_HEAP),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dgranary.log.level=INFO"),
            plan.supervised()));
  }

  /** Starts every node, the first one before the others, and waits until all see all. */
  public void startNodes() {
    LocalNode first = nodes.get(0);
    start(first);
    await("the first node", FORM_LIMIT, () -> first.membersUp().size() == 1);
    nodes.stream().skip(1).forEach(this::start);
    awaitWhole();
  }

  private void start(LocalNode node) {
    beforeFirstStart.getOrDefault(node.name(), () -> {}).run();
    node.start();
    running.push(node);
  }

  /** Waits until every node sees every node as up. */
  public void awaitWhole() {
    await("every node as a member", FORM_LIMIT, this::whole);
  }

  /** Starts every node that has ended, or ends while this waits, until all see all. */
  public void revive() {
    await(
        "every node as a member, started again where it had ended",
        FORM_LIMIT,
        () -> {
          nodes.stream().filter(node -> !node.isAlive()).forEach(LocalNode::start);
          return whole();
        });
  }

  private boolean whole() {
    return nodes.stream().allMatch(node -> node.membersUp().size() == nodes.size());
  }

  /**
   * Waits until {@code condition} holds.
   *
   * @throws ClusterException when it does not within {@code limit}; ends with every node's log
   */
  public void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        StringBuilder why = new StringBuilder("no " + what + " within " + limit);
        nodes.forEach(node -> why.append('\n').append(node.logTail()));
        throw new ClusterException(why.toString());
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClusterException("interrupted", e);
      }
    }
  }

  /** All nodes, those of the role sector first. */
  public List<LocalNode> nodes() {
    return List.copyOf(nodes);
  }

  /** The node of that name. */
  public LocalNode node(String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new ClusterException("there is no node " + name));
  }

  /** The nodes that hold entities and answer all of {@code /v1}. */
  public List<LocalNode> sectorNodes() {
    return nodes.subList(0, plan.sectorNodes());
  }

  /** The nodes that prove. */
  public List<LocalNode> proverNodes() {
    return nodes.subList(plan.sectorNodes(), nodes.size());
  }

  /** Where connections of the node {@code name} come from, in a cluster that is cuttable. */
  public String addressOf(String name) {
    return URI.create(node(name).client().base().toString()).getHost();
  }

  public Devnet devnet() {
    return devnet;
  }

  public LocalLinks links() {
    return links;
  }

  /**
   * Cuts the nodes in {@code minority} off from all others, both ways; chain and store stay within
   * reach of everybody.
   */
  public void split(List<String> minority) {
    List<String> addresses = minority.stream().map(this::addressOf).toList();
    links.cut(
        (from, to) ->
            !to.equals(CHAIN)
                && !to.equals(STORE)
                && addresses.contains(from) != minority.contains(to));
  }

  /** The chain's own record. */
  public ChainRecord chainRecord() {
    return record.read();
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the local cluster did not end in order", e);
      }
    }
  }
}
