package io.granary.ops.node;

import com.typesafe.config.Config;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.storage.StoragePaths;
import io.granary.sharding.ShardingSettings;
import io.granary.sharding.sector.KeepUnsealed;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reminds the sectors whose unsealed file lies on this node that they may let it go; they decide.
 * What is on disk is what is asked about, so that nothing has to be remembered over a restart: a
 * sector is reminded until its file is gone, each time after twice the pause up to a bound, since a
 * copy may be wanted for as long as its deals live. At every round a bounded number, those never
 * reminded first, then those that are longest due, since each wakes up for it.
 */
final class UnsealedReviews implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnsealedReviews.class);

  private final StoragePaths storage;
  private final Consumer<SectorId> sectors;
  private final UnsealedReviewSettings settings;
  private final InstantSource clock;
  private final ScheduledExecutorService thread;

  /** Those whose file is here; the rounds' thread's. */
  private final Map<SectorId, Reminded> reminded = new HashMap<>();

  /**
   * When a sector was last reminded.
   *
   * @param pause until the next time
   */
  private record Reminded(Instant last, Duration pause) {}

  private UnsealedReviews(
      StoragePaths storage,
      Consumer<SectorId> sectors,
      UnsealedReviewSettings settings,
      InstantSource clock) {
    this.storage = storage;
    this.sectors = sectors;
    this.settings = settings;
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "unsealed-review");
              made.setDaemon(true);
              return made;
            });
  }

  /** One that only {@link #round} moves. */
  static UnsealedReviews still(
      StoragePaths storage,
      Consumer<SectorId> sectors,
      UnsealedReviewSettings settings,
      InstantSource clock) {
    return new UnsealedReviews(storage, sectors, settings, clock);
  }

  /**
   * Reminds from now on, the first time after {@code granary.node.unsealed-review.every}.
   *
   * @param sectors how a sector is reminded; must not block
   * @return empty where every copy is kept: no sector is woken for nothing
   */
  static Optional<UnsealedReviews> start(
      Config config, StoragePaths storage, Consumer<SectorId> sectors) {
    if (ShardingSettings.from(config).sector().keepUnsealed() == KeepUnsealed.ALWAYS) {
      return Optional.empty();
    }
    UnsealedReviewSettings settings = UnsealedReviewSettings.from(config);
    UnsealedReviews reviews = still(storage, sectors, settings, InstantSource.system());
    long every = settings.every().toMillis();
    var unused =
        reviews.thread.scheduleWithFixedDelay(reviews::round, every, every, TimeUnit.MILLISECONDS);
    return Optional.of(reviews);
  }

  /** Reminds the next sectors; on one thread at a time. */
  void round() {
    try {
      Instant now = clock.instant();
      Set<SectorId> here = new HashSet<>(storage.sectors());
      here.removeIf(sector -> !hasUnsealedFile(sector));
      reminded.keySet().retainAll(here);
      here.stream()
          .filter(sector -> !now.isBefore(due(sector)))
          .sorted(Comparator.comparing(this::due).thenComparing(SectorId::toString))
          .limit(settings.sectorsMax())
          .toList()
          .forEach(
              sector -> {
                sectors.accept(sector);
                reminded.put(sector, new Reminded(now, nextPause(sector)));
              });
    } catch (RuntimeException e) {
      LOG.warn("sectors were not reminded of their unsealed files, tried again later", e);
    }
  }

  private Instant due(SectorId sector) {
    Reminded before = reminded.get(sector);
    return before == null ? Instant.EPOCH : before.last().plus(before.pause());
  }

  private Duration nextPause(SectorId sector) {
    Reminded before = reminded.get(sector);
    if (before == null) {
      return settings.againAfter();
    }
    Duration doubled = before.pause().multipliedBy(2);
    return doubled.compareTo(settings.againAfterMax()) < 0 ? doubled : settings.againAfterMax();
  }

  /** One that was deleted by hand is in the storage's index still. */
  private boolean hasUnsealedFile(SectorId sector) {
    return storage
        .find(sector, SectorFileType.UNSEALED)
        .map(path -> Files.isRegularFile(path.file(sector, SectorFileType.UNSEALED)))
        .orElse(false);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
