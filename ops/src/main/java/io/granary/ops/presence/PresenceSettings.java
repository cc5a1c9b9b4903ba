package io.granary.ops.presence;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of {@code granary.node.presence}; reference.conf says what each means.
 *
 * @param correct whether the chain is put right
 * @param every how often it is compared
 * @param patience how long a difference lasts before it is put right
 * @param forgetAfter how long no node has an address before it is taken from the chain
 */
public record PresenceSettings(
    boolean correct, Duration every, Duration patience, Duration forgetAfter) {
  private static final String PATH = "granary.node.presence";
  private static final Duration EVERY_MIN = Duration.ofSeconds(1);

  public PresenceSettings {
    require(every.compareTo(EVERY_MIN) >= 0, "every", "at least 1s", every);
    require(!patience.isNegative(), "patience", "not negative", patience);
    require(forgetAfter.compareTo(patience) >= 0, "forget-after", "at least patience", forgetAfter);
  }

  /**
   * Reads {@code granary.node.presence} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  public static PresenceSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new PresenceSettings(
        config.getBoolean("correct"),
        config.getDuration("every"),
        config.getDuration("patience"),
        config.getDuration("forget-after"));
  }

  private static void require(boolean met, String key, String rule, Duration value) {
    if (!met) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule + ", not " + value);
    }
  }
}
