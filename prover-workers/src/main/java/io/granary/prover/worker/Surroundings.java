package io.granary.prover.worker;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.BlobRef;
import io.granary.prover.transfer.Holder;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a run is told of the cluster around it.
 *
 * @param holders other nodes that serve bytes
 * @param slackMillis how long the outcome is of use from the run's beginning; {@link #UNKNOWN} when
 *     nobody knows
 */
public record Surroundings(List<Holder> holders, long slackMillis) {
  /** Nobody knows how long. */
  public static final long UNKNOWN = -1;

  /** Nothing is known. */
  public static final Surroundings NONE = new Surroundings(List.of(), UNKNOWN);

  public Surroundings {
    holders = List.copyOf(holders);
  }

  /** The nodes to be asked for a blob: its own, then those that may have a copy of it. */
  List<Holder> holdersOf(BlobRef blob) {
    return holders.stream()
        .filter(holder -> !holder.storageIds().isEmpty())
        .sorted(Comparator.comparing(holder -> !holder.storageIds().contains(blob.storageId())))
        .toList();
  }

  /** The nodes that have a sector's files. */
  List<Holder> holdersOf(SectorNumber sector) {
    return holders.stream().filter(holder -> holder.sectors().contains(sector)).toList();
  }

  /** The time left, when it is known. */
  Optional<Duration> slack() {
    return slackMillis == UNKNOWN ? Optional.empty() : Optional.of(Duration.ofMillis(slackMillis));
  }

  /** {@code share} of the time left, at most {@code most}, at least {@code least}. */
  Duration limit(Duration most, double share, Duration least) {
    if (slackMillis == UNKNOWN) {
      return most;
    }
    long millis = Math.max(least.toMillis(), (long) (slackMillis * share));
    return Duration.ofMillis(Math.min(most.toMillis(), millis));
  }
}
