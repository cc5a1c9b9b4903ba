package io.granary.bridge.libp2p.reach;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import java.time.Duration;
import java.util.List;

/**
 * The settings of {@code granary.network-bridge.libp2p.reach}; reference.conf says what each means.
 *
 * @param peers to stay connected with, each with its id at the end
 * @param every between two rounds
 * @param limit for a peer's answer, in which it dials us
 */
public record ReachSettings(List<Multiaddr> peers, Duration every, Duration limit) {
  private static final String PATH = "granary.network-bridge.libp2p.reach";
  private static final Duration EVERY_MIN = Duration.ofSeconds(1);

  /** Bounds a round. */
  private static final int PEERS_MAX = 32;

  public ReachSettings {
    peers = List.copyOf(peers);
    require(peers.size() <= PEERS_MAX, "peers", "at most " + PEERS_MAX, peers.size());
    for (Multiaddr peer : peers) {
      require(peer.peer().isPresent(), "peers", "each must end in /p2p/ and its id", peer);
    }
    require(every.compareTo(EVERY_MIN) >= 0, "every", "at least 1s", every);
    require(limit.toMillis() >= 1, "limit", "at least 1ms", limit);
  }

  /**
   * Reads {@code granary.network-bridge.libp2p.reach} of {@code root}.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  public static ReachSettings from(Config root) {
    Config config = root.getConfig(PATH);
    List<Multiaddr> peers = Multiaddr.parseAll(config.getStringList("peers"), PATH + ".peers");
    return new ReachSettings(peers, config.getDuration("every"), config.getDuration("limit"));
  }

  private static void require(boolean met, String key, String rule, Object value) {
    if (!met) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule + ", not " + value);
    }
  }
}
