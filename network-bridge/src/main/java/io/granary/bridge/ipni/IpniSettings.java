package io.granary.bridge.ipni;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Settings of what network indexers are told, from {@code granary.network-bridge.retrieval.ipni};
 * reference.conf says what each means.
 *
 * @param enabled whether anything is advertised
 * @param addresses where the gateway is reached from outside
 * @param indexers announce URLs
 * @param topic the network of indexers
 * @param announceLimit for one indexer to answer
 * @param removeAfter of a piece that is no longer here
 */
public record IpniSettings(
    boolean enabled,
    List<Multiaddr> addresses,
    List<URI> indexers,
    String topic,
    Duration announceLimit,
    Duration removeAfter) {
  private static final String PATH = "granary.network-bridge.retrieval.ipni";

  public IpniSettings {
    addresses = List.copyOf(addresses);
    indexers = List.copyOf(indexers);
    require(!enabled || !addresses.isEmpty(), "addresses", "needed when ipni is enabled");
    require(!topic.isBlank(), "topic", "must not be empty");
    positive(announceLimit, "announce-limit");
    positive(removeAfter, "remove-after");
    for (URI indexer : indexers) {
      String scheme = indexer.getScheme();
      require(
          ("http".equals(scheme) || "https".equals(scheme)) && indexer.getHost() != null,
          "indexers",
          "must be http or https URLs, got " + indexer);
    }
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static IpniSettings from(Config root) {
    Config config = root.getConfig(PATH);
    try {
      return new IpniSettings(
          config.getBoolean("enabled"),
          config.getStringList("addresses").stream().map(Multiaddr::parse).toList(),
          config.getStringList("indexers").stream().map(IpniSettings::url).toList(),
          config.getString("topic"),
          config.getDuration("announce-limit"),
          config.getDuration("remove-after"));
    } catch (PeerFormatException e) {
      throw new IllegalArgumentException(PATH + ".addresses: " + e.getMessage(), e);
    }
  }

  private static URI url(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + ".indexers: " + e.getMessage(), e);
    }
  }

  private static void positive(Duration value, String key) {
    require(!value.isNegative() && !value.isZero(), key, "must be positive, got " + value);
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule);
    }
  }
}
