package io.granary.ops.node;

import com.typesafe.config.Config;
import io.granary.protocol.ActorId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The settings of {@code granary.node}; reference.conf says what each means.
 *
 * @param seedNodes {@code host:port} of nodes to join; empty for a cluster of this node alone
 */
public record NodeSettings(
    String name,
    Path dataDirectory,
    Set<String> roles,
    String network,
    String managementHost,
    int managementPort,
    String clusterHost,
    int clusterPort,
    List<String> seedNodes,
    List<ActorId> miners) {
  private static final String PATH = "granary.node";
  private static final Set<String> KNOWN_ROLES =
      Set.of("sector", "storage", "prover", "bridge", "ops");

  public NodeSettings {
    roles = Set.copyOf(roles);
    seedNodes = List.copyOf(seedNodes);
    miners = List.copyOf(miners);
    require(name.matches("[A-Za-z0-9.-]{1,60}"), "name", "letters, digits, - and ., at most 60");
    require(!roles.isEmpty(), "roles", "at least one role");
    for (String role : roles) {
      require(KNOWN_ROLES.contains(role), "roles", "there is no role " + role);
    }
    require(managementPort >= 0 && managementPort <= 65_535, "management.port", "0 to 65535");
    require(clusterPort >= 0 && clusterPort <= 65_535, "cluster.port", "0 to 65535");
    require(
        isLoopback(managementHost),
        "management.host",
        "must be a loopback address, since management HTTP has no authentication; got "
            + managementHost);
    for (String seed : seedNodes) {
      require(
          seed.matches(".+:[0-9]{1,5}"), "cluster.seed-nodes", "expected host:port, got " + seed);
    }
  }

  /** Whether entities live here. */
  public boolean hasEntities() {
    return roles.contains("sector");
  }

  /** Whether all of {@code /v1} is answered here. */
  public boolean hasApi() {
    return roles.contains("ops");
  }

  /** Whether jobs are run here. */
  public boolean hasWorker() {
    return roles.contains("prover") || roles.contains("storage");
  }

  /** Whether peers are served here. */
  public boolean hasBridge() {
    return roles.contains("bridge");
  }

  /** Whether this node talks to Cassandra and to the chain; a mere prover does with neither. */
  public boolean needsStoreAndChain() {
    return hasEntities() || hasApi();
  }

  /** Whether {@code seed-nodes} names another node than this one. */
  public boolean joinsOthers() {
    return seedNodes.stream().anyMatch(seed -> !seed.equals(self()));
  }

  /** {@code host:port} of this node. */
  public String self() {
    return clusterHost + ":" + clusterPort;
  }

  /**
   * Reads {@code granary.node} of {@code root}.
   *
   * @throws ConfigurationException naming the key that is out of range
   */
  public static NodeSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new NodeSettings(
        config.getString("name"),
        Path.of(config.getString("data-directory")).toAbsolutePath(),
        Set.copyOf(config.getStringList("roles")),
        config.getString("network"),
        config.getString("management.host"),
        config.getInt("management.port"),
        config.getString("cluster.host"),
        config.getInt("cluster.port"),
        config.getStringList("cluster.seed-nodes"),
        config.getStringList("miners").stream().map(NodeSettings::miner).toList());
  }

  private static ActorId miner(String text) {
    if (text.matches("[ft]0[0-9]{1,18}")) {
      return new ActorId(Long.parseLong(text.substring(2)));
    }
    throw new ConfigurationException(PATH + ".miners: expected f0…, got " + text);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigurationException(PATH + ".management.host: unknown host " + host, e);
    }
  }

  private static void require(boolean holds, String key, String problem) {
    if (!holds) {
      throw new ConfigurationException(PATH + "." + key + ": " + problem);
    }
  }
}
