package io.granary.ops.retrieval;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Settings of what is served from other nodes' disks, from {@code
 * granary.network-bridge.retrieval.other-nodes}; reference.conf says what each means.
 *
 * @param listLimit for a node to tell what it has
 * @param readLimit for a part of a file to come
 * @param rememberedFor after which a node that does not answer has nothing any more
 * @param endsEvery how often the chain is asked which sectors have ended
 */
public record OtherNodesSettings(
    Duration listLimit, Duration readLimit, Duration rememberedFor, Duration endsEvery) {
  private static final String PATH = "granary.network-bridge.retrieval.other-nodes";

  public OtherNodesSettings {
    positive(listLimit, "list-limit");
    positive(readLimit, "read-limit");
    positive(rememberedFor, "remembered-for");
    positive(endsEvery, "ends-every");
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws com.typesafe.config.ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static OtherNodesSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new OtherNodesSettings(
        config.getDuration("list-limit"),
        config.getDuration("read-limit"),
        config.getDuration("remembered-for"),
        config.getDuration("ends-every"));
  }

  private static void positive(Duration value, String key) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(PATH + "." + key + ": must be positive, got " + value);
    }
  }
}
