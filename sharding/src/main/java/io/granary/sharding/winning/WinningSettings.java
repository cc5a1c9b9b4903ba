package io.granary.sharding.winning;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of {@code granary.sharding.winning}.
 *
 * @param enabled whether blocks are made at all
 * @param propagation how long a base's blocks may take to arrive before a round begins; at most a
 *     third of an epoch is waited
 * @param equivocation least age of a base
 * @param inclusionEpochs how deep a block must lie before its absence is believed
 * @param rememberedBlocks blocks of a miner that the guard looks at
 * @param rosterRefresh how often the roster of miners is read
 */
public record WinningSettings(
    boolean enabled,
    Duration propagation,
    Duration equivocation,
    int inclusionEpochs,
    int rememberedBlocks,
    Duration rosterRefresh) {
  public WinningSettings {
    if (propagation.isNegative()) {
      throw new IllegalArgumentException(
          "propagation-delay: must not be negative, got " + propagation);
    }
    if (equivocation.isNegative()) {
      throw new IllegalArgumentException(
          "equivocation-delay: must not be negative, got " + equivocation);
    }
    if (inclusionEpochs < 1) {
      throw new IllegalArgumentException(
          "inclusion-epochs: must be at least 1, got " + inclusionEpochs);
    }
    if (rememberedBlocks < 1) {
      throw new IllegalArgumentException(
          "remembered-blocks: must be at least 1, got " + rememberedBlocks);
    }
    if (rosterRefresh.isNegative() || rosterRefresh.isZero()) {
      throw new IllegalArgumentException("roster-refresh: must be positive, got " + rosterRefresh);
    }
  }

  /** Reads {@code granary.sharding.winning} of {@code root}. */
  public static WinningSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.winning");
    return new WinningSettings(
        config.getBoolean("enabled"),
        config.getDuration("propagation-delay"),
        config.getDuration("equivocation-delay"),
        config.getInt("inclusion-epochs"),
        config.getInt("remembered-blocks"),
        config.getDuration("roster-refresh"));
  }
}
