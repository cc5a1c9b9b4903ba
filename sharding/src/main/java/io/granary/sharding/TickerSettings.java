package io.granary.sharding;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings of {@code granary.sharding.ticker}.
 *
 * @param tickAgain with no new head for this long the last one is told again
 * @param rosterRefresh how often the roster of miners is read
 */
public record TickerSettings(Duration tickAgain, Duration rosterRefresh) {
  public TickerSettings {
    if (tickAgain.isNegative() || tickAgain.isZero()) {
      throw new IllegalArgumentException("tick-again: must be positive, got " + tickAgain);
    }
    if (rosterRefresh.isNegative() || rosterRefresh.isZero()) {
      throw new IllegalArgumentException("roster-refresh: must be positive, got " + rosterRefresh);
    }
  }

  /** Reads {@code granary.sharding.ticker} of {@code root}. */
  public static TickerSettings from(Config root) {
    Config config = root.getConfig("granary.sharding.ticker");
    return new TickerSettings(
        config.getDuration("tick-again"), config.getDuration("roster-refresh"));
  }
}
