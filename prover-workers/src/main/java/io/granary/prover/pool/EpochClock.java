package io.granary.prover.pool;

import io.granary.protocol.Epoch;
import java.time.Duration;
import java.util.Optional;

/**
 * Turns epochs into time left, from the epochs that nodes tell of as they see them pass: no clock
 * of a chain is known here, and a devnet's runs faster. Not thread-safe.
 */
final class EpochClock {
  private static final double NEWEST_SHARE = 0.2;

  private Optional<Epoch> latest = Optional.empty();
  private Duration latestAt = Duration.ZERO;
  private double epochMillis;

  /** A node saw {@code epoch} begin about now. */
  void tell(Epoch epoch, Duration now) {
    if (latest.isPresent() && !epoch.isAfter(latest.get())) {
      return;
    }
    if (latest.isPresent()) {
      double each = (double) now.minus(latestAt).toMillis() / epoch.since(latest.get());
      epochMillis =
          epochMillis == 0 ? each : epochMillis * (1 - NEWEST_SHARE) + each * NEWEST_SHARE;
    }
    latest = Optional.of(epoch);
    latestAt = now;
  }

  /** The time until the end of {@code epoch}, not below nothing; empty until two were told of. */
  Optional<Duration> until(Epoch epoch, Duration now) {
    if (latest.isEmpty() || epochMillis <= 0) {
      return Optional.empty();
    }
    double millis = (epoch.since(latest.get()) + 1) * epochMillis - now.minus(latestAt).toMillis();
    return Optional.of(Duration.ofMillis(Math.max(0, (long) millis)));
  }

  /** How many epochs {@code time} is, rounded up; none when that is not known. */
  long epochs(Duration time) {
    return epochMillis <= 0 ? 0 : (long) Math.ceil(time.toMillis() / epochMillis);
  }
}
