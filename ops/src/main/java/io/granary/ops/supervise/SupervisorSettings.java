package io.granary.ops.supervise;

import com.typesafe.config.Config;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The settings of {@code granary.node.supervisor}; reference.conf says what each means.
 *
 * @param peers management addresses of other nodes, {@code http://host:port}
 */
public record SupervisorSettings(
    List<URI> peers,
    Duration restartDelayMin,
    Duration restartDelayMax,
    Duration steadyAfter,
    Duration tellLimit) {
  private static final String PATH = "granary.node.supervisor";

  public SupervisorSettings {
    peers = List.copyOf(peers);
    for (URI peer : peers) {
      require(
          "http".equals(peer.getScheme()) && peer.getHost() != null && peer.getPort() > 0,
          "peers",
          "expected http://host:port, got " + peer);
    }
    require(!restartDelayMin.isNegative(), "restart-delay-min", "must not be negative");
    require(
        restartDelayMax.compareTo(restartDelayMin) >= 0,
        "restart-delay-max",
        "must not be below restart-delay-min");
    require(!steadyAfter.isNegative(), "steady-after", "must not be negative");
    require(tellLimit.toMillis() > 0, "tell-limit", "must be positive");
  }

  /** Reads {@code granary.node.supervisor} of {@code root}. */
  public static SupervisorSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new SupervisorSettings(
        config.getStringList("peers").stream().map(URI::create).toList(),
        config.getDuration("restart-delay-min"),
        config.getDuration("restart-delay-max"),
        config.getDuration("steady-after"),
        config.getDuration("tell-limit"));
  }

  private static void require(boolean holds, String key, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + problem);
    }
  }
}
