package io.granary.sharding.sector;

import com.typesafe.config.Config;
import io.granary.protocol.sector.SectorPolicy;
import java.time.Duration;

/**
 * The settings of {@code granary.sharding.sector}.
 *
 * @param policy bounds of what a sector tries by itself
 * @param keepUnsealed how long an unsealed copy stays
 * @param lookTimeout after this long an unanswered look at the chain is forgotten
 * @param looksPerTickMax looks at the chain that may follow one another on one tick
 * @param persistBackoffMin wait before an entity whose journal failed is started again
 * @param persistBackoffMax longest such wait
 */
public record SectorSettings(
    SectorPolicy policy,
    KeepUnsealed keepUnsealed,
    Duration lookTimeout,
    int looksPerTickMax,
    Duration persistBackoffMin,
    Duration persistBackoffMax) {
  public SectorSettings {
    if (lookTimeout.isNegative() || lookTimeout.isZero()) {
      throw new IllegalArgumentException("look-timeout: must be positive, got " + lookTimeout);
    }
    if (looksPerTickMax < 1) {
      throw new IllegalArgumentException(
          "looks-per-tick-max: expected at least 1, got " + looksPerTickMax);
    }
    if (persistBackoffMin.isNegative() || persistBackoffMax.compareTo(persistBackoffMin) < 0) {
      throw new IllegalArgumentException(
          "persist-backoff: expected 0 <= min <= max, got "
              + persistBackoffMin
              + " and "
              + persistBackoffMax);
    }
  }

  /** Reads {@code granary.sharding.sector} of {@code root}. */
  public static SectorSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.sector");
    return new SectorSettings(
        new SectorPolicy(
            config.getInt("job-failures-max"),
            config.getInt("child-deaths-max"),
            config.getInt("interruptions-max"),
            config.getInt("message-failures-max"),
            config.getInt("sent-back-max"),
            config.getDuration("retry-delay-min"),
            config.getDuration("retry-delay-max"),
            config.getLong("lifetime-epochs"),
            config.getLong("recheck-epochs")),
        KeepUnsealed.named(config.getString("keep-unsealed")),
        config.getDuration("look-timeout"),
        config.getInt("looks-per-tick-max"),
        config.getDuration("persist-backoff-min"),
        config.getDuration("persist-backoff-max"));
  }
}
